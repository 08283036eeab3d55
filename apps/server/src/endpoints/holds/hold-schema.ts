import { type Static, Type } from 'typebox';
import { Instant, named, nullable, page } from '../../wire/named.ts';

export const Hold = named(
  'Hold',
  Type.Object({
    id: Type.String(),
    service: Type.String(),
    deploymentId: Type.String(),
    runId: Type.String(),
    release: nullable(Type.Integer(), 'The release that was taken back.'),
    version: nullable(Type.String(), 'What it is called, for people; null where that is not known.'),
    templateDigest: Type.String(),
    imageDigests: Type.Array(Type.String()),
    reason: Type.String(),
    placedAt: Instant,
    releasedAt: nullable(Instant),
    releasedBy: nullable(Type.String()),
    undoReleaseUntil: nullable(Instant, 'Until then its release can be undone; null while it is in force.'),
  }),
);
export type Hold = Static<typeof Hold>;

export const HoldPage = named('HoldPage', page(Hold));
