import { Accepting, estimateSources, Including, Removing, removableKinds } from '@lastgood/domain';
import { Id, Reason, Seconds } from '@lastgood/domain/bounds';
import { groupChoices } from '@lastgood/engine';
import { type Static, Type } from 'typebox';
import { CheckType } from '../../declaration/check-schema.ts';
import { Instant, literals, named, nullable, ref, strict } from '../../wire/named.ts';
import { Proof, ReleaseRef } from '../deployments/deployment-schema.ts';
import { CommitRange, Differences } from '../deployments/difference-schema.ts';
import { Loss, PlanParts, Unregistered } from './plan-parts-schema.ts';

/** Who goes back with a service. */
export const GroupChoice = literals(
  groupChoices,
  '`alone`, the default; `with-dependents`: with every service that calls it, or that it calls, and that would not work with what it returns to.',
);

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
    group: Type.Optional(GroupChoice),
    stopCondition: Type.Optional(
      literals(
        ['any-failure', 'continue-others'],
        'Of a group: what a service that cannot go back means for the others. `any-failure`, the default: those not begun are left alone.',
      ),
    ),
    accepting: Type.Optional(Accepting),
    including: Type.Optional(Including),
    removing: Type.Optional(Removing),
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
    losses: Type.Optional(
      Type.Array(ref(Loss), {
        description: 'It is refused only because these are not named as lost: name them to go on.',
      }),
    ),
  }),
);

export type Refusal = Static<typeof Refusal>;

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

/** A release by its names, as a plan keeps it. */
const PlanRelease = named(
  'PlanRelease',
  Type.Object({
    deploymentId: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    proof: Proof,
  }),
);

/** What a group's plan does for one of its services. */
export const PlanMember = named(
  'PlanMember',
  Type.Object({
    service: Type.String(),
    serviceName: Type.String(),
    from: ref(PlanRelease),
    target: ref(PlanRelease),
    steps: Type.Array(Type.Integer(), { description: "Places of its steps among the plan's." }),
    after: Type.Array(Type.Integer(), { description: 'Places of the members that go back before it.' }),
  }),
);

export type PlanMember = Static<typeof PlanMember>;

/** An object that only the release taken back created. */
const CreatedObject = named(
  'CreatedObject',
  Type.Object({
    name: Type.String({ description: 'As `removing` names it: `CronJob/checkout-backfill`.' }),
    kind: literals(removableKinds, 'Of the cluster.'),
    uid: Type.String(),
    createdAt: Instant,
    words: Type.String({ description: 'What it is and what becomes of it.' }),
    refusal: nullable(Type.String(), 'Why it cannot be removed with the rollback; null where it can.'),
  }),
);
export type CreatedObject = Static<typeof CreatedObject>;

export const Plan = named(
  'Plan',
  Type.Object({
    members: Type.Array(ref(PlanMember), {
      description: 'Of a group, in the order in which they are taken back; empty for a service alone.',
    }),
    strategy: Type.String(),
    from: ref(ReleaseRef),
    target: ref(ReleaseRef),
    steps: Type.Array(ref(PlanStep)),
    parts: ref(PlanParts),
    checks: Type.Array(ref(PlanCheck)),
    skipped: Type.Array(ref(SkippedRelease), { description: 'Newest first, at most 100.' }),
    createdObjects: Type.Array(ref(CreatedObject), {
      description:
        'What only the release created, at most 50 for each service: it stays, but for what `removing` names.',
    }),
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

/** A service that would have to go back with the one asked for. */
export const Follower = named(
  'Follower',
  Type.Object({
    service: Type.String(),
    serviceName: Type.String(),
    from: ref(ReleaseRef),
    target: ref(ReleaseRef),
    why: Type.String({ description: 'As in "it needs catalog-api >=3, and v41 of catalog provides 2".' }),
  }),
);

export type Follower = Static<typeof Follower>;

/** What the button would do: a plan, or why there is none. */
export const PlanPreview = named(
  'PlanPreview',
  Type.Object({
    at: Instant,
    plan: nullable(ref(Plan)),
    refusals: Type.Array(ref(Refusal)),
    losses: Type.Array(ref(Loss), {
      description: 'All that it would take away for good, whether or not `accepting` names it.',
    }),
    unregistered: Type.Array(ref(Unregistered), {
      description:
        'What changed since the release began and was not registered; it stays unless `including` names it.',
    }),
    followers: Type.Array(ref(Follower), {
      description:
        'Whoever would have to go back with it, in order, whether or not the plan takes them back.',
    }),
    noGroup: Type.Array(ref(Refusal), {
      description: 'Why it cannot go back together with them; empty when it can, or when there is nobody.',
    }),
  }),
);
