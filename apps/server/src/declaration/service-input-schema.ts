import {
  afterWatchChoices,
  allWays,
  automaticGroupChoices,
  deploymentStrategies,
  serviceRoute,
  serviceWorkload,
  withoutEvidenceChoices,
} from '@lastgood/domain';
import {
  Address,
  Count,
  ListOf,
  MapOf,
  oneLine,
  Seconds,
  ServiceKeyText,
  span,
  Text,
} from '@lastgood/domain/bounds';
import { shortName } from '@lastgood/domain/trigger/declared-trigger';
import { type Static, Type } from 'typebox';
import { literals, named, ref, strict } from '../wire/named.ts';
import { CheckInput } from './check-schema.ts';
import { Links } from './link-schema.ts';
import { TriggerOverride } from './override-schema.ts';
import { TriggerInput } from './trigger-input-schema.ts';
import { declaredInput } from './way-schemas.ts';

export const Strategy = literals(deploymentStrategies);

const Workload = named('Workload', serviceWorkload);

const ServiceRoute = named('ServiceRoute', serviceRoute);

const PolicyInput = strict({
  watchWindow: Type.Optional(
    Seconds(1, span.month, {
      description: 'Seconds watched after its rollout was seen complete; default 1800.',
    }),
  ),
  cooldown: Type.Optional(
    Seconds(0, span.month, {
      description: 'Seconds after any rollback attempt; default 300.',
    }),
  ),
  maxInProgress: Type.Optional(
    Seconds(1, span.month, {
      description:
        'Seconds until a deployment that is not complete is watched no longer; one still open then has failed. Default 3600.',
    }),
  ),
  stableTimeout: Type.Optional(
    Seconds(1, span.day, {
      description:
        'Seconds a rollout may take to be complete, from the later of the word of its pipeline and the moment the cluster shows the change; a rollback may take as long. Default 600.',
    }),
  ),
  automaticMaxSkippedReleases: Type.Optional(
    Count(0, 1000, {
      description:
        'How many unproven releases an automatic rollback may skip; past more it is suggested. Default 2.',
    }),
  ),
  automaticMaxTargetAge: Type.Optional(
    Seconds(1, span.decade, {
      description:
        'Seconds since the target last served, up to which a rollback is automatic; beyond it is suggested. Default 259200 (3 days).',
    }),
  ),
  withoutEvidence: Type.Optional(
    literals(
      withoutEvidenceChoices,
      'What follows when something that may speak against an automatic rollback cannot be read, such as whether the trigger breached before the deployment started: suggest the rollback, act all the same, or wait until it can be read. Default suggest.',
    ),
  ),
  evidenceWaitSlots: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 240,
      description:
        'How many slots of the evaluator such evidence is waited for, counted from the first in which the rollback would have begun, before `withoutEvidence` applies; default 2.',
    }),
  ),
  afterWatch: Type.Optional(
    literals(
      afterWatchChoices,
      'What follows when a trigger of severity auto_rollback fires after the watch, while the release still serves and is read at a slower pace: suggest the rollback, or roll_back by itself as during the watch. Default suggest.',
    ),
  ),
  automaticGroup: Type.Optional(
    literals(
      automaticGroupChoices,
      'What an automatic rollback does when other services, by the contracts they registered, do not work with the release it returns to: take them back too in one run (with-dependents), suggest the rollback of all of them, or go back alone. Each service counts for the brakes, and each must be allowed to go back by itself, else it is suggested. Default with-dependents.',
    ),
  ),
  putBackWatch: Type.Optional(
    Seconds(1, span.month, {
      description:
        'Seconds after a rollback for which it is watched whether anybody puts back what was taken back, and after which it is said that nobody has. Default: as long as `watchWindow`.',
    }),
  ),
  releaseStuckPods: Type.Optional(
    Type.Boolean({
      description:
        'Evict pods of another version that hold up an ordered StatefulSet, one at a time and within its PodDisruptionBudgets, when they were not ready for 30 s; default true.',
    }),
  ),
  releaseOnDelete: Type.Optional(
    Type.Boolean({
      description:
        'Evict the pods of a workload with the update strategy OnDelete, one at a time; without it a rollback of such a workload is refused. Default false.',
    }),
  ),
});

/** No blank at either end, so that two people who write it write the same. */
const Team = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: oneLine,
  description: 'Who owns it; services are looked for by it.',
});

const ServiceLabels = MapOf(Type.String({ maxLength: 63, pattern: `^$|${oneLine}` }), 20, {
  description:
    'What services are grouped and looked for by, such as tier: edge. At most 20, values of at most 63 characters.',
});

export const ServiceInput = named(
  'ServiceInput',
  strict({
    environment: Type.Optional(Text(63, { description: 'Default production.' })),
    team: Type.Optional(Team),
    labels: Type.Optional(ServiceLabels),
    links: Type.Optional(Links),
    commitUrl: Type.Optional(
      Address({ description: 'Where a commit is shown: https://git.example.com/shop/commit/{commit}' }),
    ),
    compareUrl: Type.Optional(
      Address({
        description: 'Where all between two is shown: https://git.example.com/shop/compare/{from}...{to}',
      }),
    ),
    strategy: Type.Optional(Strategy),
    workloads: Type.Optional(
      ListOf(ref(Workload), 20, {
        minItems: 1,
        description: 'Default: a Deployment of the same name.',
      }),
    ),
    writers: Type.Optional(ListOf(ref(Workload), 50)),
    dependencies: Type.Optional(ListOf(ServiceKeyText({ description: 'cluster/namespace/name' }), 200)),
    triggerSets: Type.Optional(ListOf(shortName, 20, { description: 'Default: ["default"].' })),
    triggerOverrides: Type.Optional(
      ListOf(ref(TriggerOverride), 50, {
        description: 'What the service says otherwise of triggers of its sets, without copying them.',
      }),
    ),
    triggers: Type.Optional(ListOf(ref(TriggerInput), 50)),
    checks: Type.Optional(ListOf(ref(CheckInput), 50)),
    policy: Type.Optional(PolicyInput),
    notify: Type.Optional(
      ListOf(ref(ServiceRoute), 20, {
        description:
          'Where its notifications go, before the routes of the configuration: for each event the first that is for it.',
      }),
    ),
    drills: Type.Optional(
      strict(
        {
          everyDays: Count(1, 730, {
            description:
              'Days after which its way back has to be practised again: by a rollback that is verified, or by a drill that is recorded.',
          }),
        },
        { description: 'Default: practice is never overdue.' },
      ),
    ),
    rollback: Type.Optional(declaredInput(allWays)),
  }),
);
export type ServiceInput = Static<typeof ServiceInput>;
