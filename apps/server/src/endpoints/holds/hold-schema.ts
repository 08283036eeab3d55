import { type Static, Type } from 'typebox';
import { Instant, named, nullable, page } from '../../wire/named.ts';

export const Hold = named(
  'Hold',
  Type.Object({
    id: Type.String(),
    service: Type.String(),
    deploymentId: Type.String(),
    runId: Type.String(),
    templateDigest: Type.String(),
    imageDigests: Type.Array(Type.String()),
    reason: Type.String(),
    placedAt: Instant,
    releasedAt: nullable(Instant),
    releasedBy: nullable(Type.String()),
  }),
);
export type Hold = Static<typeof Hold>;

export const HoldPage = named('HoldPage', page(Hold));
