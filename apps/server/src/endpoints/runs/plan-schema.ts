import { Accepting, estimateSources } from '@lastgood/domain';
import { Id, Reason, Seconds } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { CheckType } from '../../declaration/check-schema.ts';
import { Instant, literals, named, nullable, ref, strict } from '../../wire/named.ts';
import { ReleaseRef } from '../deployments/deployment-schema.ts';
import { CommitRange, Differences } from '../deployments/difference-schema.ts';

export const RollbackInput = named(
  'RollbackInput',
  strict({
    startsInSeconds: Type.Optional(
      Seconds(0, 60, {
        default: 0,
        description: 'Until then it can be undone. The dashboard sends 3.',
      }),
    ),
    target: Type.Optional(Id({ description: 'Deployment id to return to; default: the last known good.' })),
    reason: Type.Optional(Reason()),
    accepting: Type.Optional(Accepting),
  }),
);
export type RollbackInput = Static<typeof RollbackInput>;

export const Refusal = named(
  'Refusal',
  Type.Object({
    code: Type.String({
      description: 'Why, for a program. A way back may have codes of its own.',
      examples: ['no-target', 'third-version', 'source-unreachable'],
    }),
    reason: Type.String(),
    advice: Type.String(),
  }),
);

/** How long something will take, and how that is known. */
export const Expected = named(
  'Expected',
  Type.Object({
    seconds: Type.Number(),
    from: literals(
      estimateSources,
      '`service`: its own former rollbacks. `environment`: those of other services of its strategy and environment. `prior`: nothing is known but what Lastgood ships with.',
    ),
    runs: Type.Integer({ description: 'Of how many former runs it is the median; 0 for a prior.' }),
  }),
);
export type Expected = Static<typeof Expected>;

export const PlanStep = named(
  'PlanStep',
  Type.Object({
    kind: Type.String(),
    title: Type.String(),
    leavesBehind: Type.String(),
    expectedSeconds: nullable(Type.Number()),
    expected: nullable(ref(Expected)),
  }),
);
export type PlanStep = Static<typeof PlanStep>;

/** What must be proven before it is called rolled back. */
export const PlanCheck = named(
  'PlanCheck',
  Type.Object({
    name: Type.String(),
    type: CheckType,
    asks: Type.String({ description: 'What is asked, such as "Deployment web" or a query.' }),
    expected: Type.String({ description: 'What the answer must be, such as "not > 5 %".' }),
  }),
);
export type PlanCheck = Static<typeof PlanCheck>;

/** A release that the rollback goes back past. */
const SkippedRelease = named(
  'SkippedRelease',
  Type.Object({
    deploymentId: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    at: Instant,
    why: Type.String({ description: 'Why it is not the one returned to.' }),
  }),
);

export const Plan = named(
  'Plan',
  Type.Object({
    strategy: Type.String(),
    from: ref(ReleaseRef),
    target: ref(ReleaseRef),
    steps: Type.Array(ref(PlanStep)),
    checks: Type.Array(ref(PlanCheck)),
    skipped: Type.Array(ref(SkippedRelease), { description: 'Newest first, at most 100.' }),
    warnings: Type.Array(Type.String()),
    byHand: Type.Array(Type.String(), {
      description:
        'Commands that do the same without Lastgood, in order, for the time when it cannot be reached; empty where the plan changes more than workloads, or where a template may hold a secret.',
    }),
    expectedSeconds: nullable(Type.Number(), 'For the whole run.'),
    expected: nullable(ref(Expected), 'The same, with where it comes from: the weakest source of its steps.'),
    changes: ref(Differences),
    commits: ref(CommitRange),
  }),
);
export type Plan = Static<typeof Plan>;

/** What the button would do: a plan, or why there is none. */
export const PlanPreview = named(
  'PlanPreview',
  Type.Object({ at: Instant, plan: nullable(ref(Plan)), refusals: Type.Array(ref(Refusal)) }),
);
