import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';
import { ReleaseRef } from './deployment-schema.ts';

/** A release that a deployment could be taken back to. */
export const RollbackTarget = named(
  'RollbackTarget',
  Type.Object({
    release: ref(ReleaseRef),
    chosen: Type.Boolean({ description: 'What the button takes: the last known good.' }),
    good: Type.Boolean({ description: 'Verified or presumed good, and not taken back since.' }),
    label: Type.String({ description: 'What is proven of it: "verified", "unproven", "was taken back".' }),
    commit: nullable(Type.String()),
    commitUrl: nullable(Type.String()),
    lastServedAt: nullable(Instant, 'When the release after it began; null when there is none.'),
    differs: nullable(
      Type.String(),
      'From the deployment, in a few words: "image v42 → v41, 2 other changes"; null where nothing is known to differ.',
    ),
    image: Type.Object(
      {
        state: literals(
          ['there', 'running', 'restorable', 'seen', 'gone', 'unknown'],
          '`there`: the registry has it. `running`: pods of the service run it now. `restorable`: the registry has it no more and a backup has, from which it is copied back first. `seen`: its pods ran it; whether the registry still has it is not known. `gone`: the registry has it no more. `unknown`: it was never seen running.',
        ),
        sentence: Type.String(),
      },
      {
        description:
          'Whether its images are there, as far as pods and registries tell; a registry that is not configured is not asked.',
      },
    ),
    allowed: Type.Boolean(),
    whyNot: nullable(Type.String(), 'Why it cannot be asked for, and the next best thing.'),
  }),
);
export type RollbackTarget = Static<typeof RollbackTarget>;

export const RollbackTargets = named(
  'RollbackTargets',
  Type.Object({
    at: Instant,
    service: Type.String(),
    deployment: ref(ReleaseRef),
    targets: Type.Array(ref(RollbackTarget), {
      description: 'The good ones, then the others; each newest first, and each template once. At most 20.',
    }),
    more: Type.Integer({ description: 'How many older releases are not listed; GET /deployments has all.' }),
    trouble: nullable(Type.String(), 'Why the cluster could not be asked for images; null when it was.'),
  }),
);
export type RollbackTargets = Static<typeof RollbackTargets>;
