import { Type } from 'typebox';
import { TimelineEvent } from './deployment.ts';
import { Instant, literals, named, nullable, page, ref, strict } from './named.ts';
import { ReleaseRef } from './service.ts';

export const Requester = Type.Object({
  kind: literals(['automatic', 'person', 'ci']),
  name: Type.String({ description: 'The trigger, the person or the token.' }),
});

export const RollbackInput = named(
  'RollbackInput',
  strict({
    startsInSeconds: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 60,
        default: 0,
        description: 'Until then it can be undone. The dashboard sends 3.',
      }),
    ),
    target: Type.Optional(
      Type.String({ description: 'Deployment id to return to; default: the last known good.' }),
    ),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
);

const Refusal = named(
  'Refusal',
  Type.Object({ code: Type.String(), reason: Type.String(), advice: Type.String() }),
);

const PlanStep = named(
  'PlanStep',
  Type.Object({
    kind: Type.String(),
    title: Type.String(),
    leavesBehind: Type.String(),
    expectedSeconds: nullable(Type.Number()),
  }),
);

export const Plan = named(
  'Plan',
  Type.Object({
    strategy: Type.String(),
    from: ref(ReleaseRef),
    target: ref(ReleaseRef),
    steps: Type.Array(ref(PlanStep)),
    warnings: Type.Array(Type.String()),
    expectedSeconds: nullable(Type.Number(), 'For the whole run, from history or the shipped prior.'),
  }),
);

/** What the button would do: a plan, or why there is none. */
export const PlanPreview = named(
  'PlanPreview',
  Type.Object({ at: Instant, plan: nullable(ref(Plan)), refusals: Type.Array(ref(Refusal)) }),
);

export const RunMember = named(
  'RunMember',
  Type.Object({
    service: Type.String(),
    serviceName: Type.String(),
    deploymentId: Type.String(),
    from: ref(ReleaseRef),
    target: ref(ReleaseRef),
    status: literals(
      ['queued', 'running', 'done', 'stopped', 'cancelled'],
      'How it stands for this service.',
    ),
  }),
);

export const Run = named(
  'Run',
  Type.Object({
    id: Type.String(),
    service: Type.String(),
    serviceName: Type.String(),
    deploymentId: Type.String(),
    targetDeploymentId: Type.String(),
    from: ref(ReleaseRef),
    target: ref(ReleaseRef),
    members: Type.Array(ref(RunMember), {
      description: 'Of a group: every service that goes back, in order. Empty for a run of one service.',
    }),
    requester: Requester,
    reason: Type.String(),
    status: literals(['queued', 'running', 'done', 'stopped', 'cancelled']),
    verdict: nullable(literals(['passed', 'failed'])),
    createdAt: Instant,
    startsAt: Instant,
    startedAt: nullable(Instant),
    finishedAt: nullable(Instant),
    durationSeconds: nullable(Type.Number()),
    /** "2 of 3 replicas available", "waiting for its start", "rolled back and verified in 0:21". */
    sentence: Type.String(),
    stop: nullable(
      Type.Object({
        ordinal: nullable(Type.Integer()),
        reason: Type.String(),
        endState: Type.String(),
        advice: Type.String(),
        refusals: Type.Array(ref(Refusal)),
      }),
    ),
    stopAsked: nullable(
      Type.Object({ by: Type.String(), at: Instant, reason: nullable(Type.String()) }),
      'Somebody asked to stop it; the step in progress is being ended.',
    ),
  }),
);

/** What a person may tell a run now. */
export const RunAction = named(
  'RunAction',
  Type.Object({
    allowed: Type.Boolean(),
    whyNot: nullable(Type.String(), 'Why not now, and the next best thing.'),
    leavesBehind: nullable(Type.String(), 'What it does and leaves behind, to be read before the click.'),
  }),
);

export const RunActions = named(
  'RunActions',
  Type.Object({
    undo: ref(RunAction),
    resume: ref(RunAction),
    retry: ref(RunAction),
    skip: ref(RunAction),
    stop: ref(RunAction),
  }),
);

const Reason = Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' });

export const RunSkip = named(
  'RunSkip',
  strict({
    ordinal: Type.Integer({
      minimum: 0,
      description: 'The step, as its view numbers it. Refused when another one is in progress by now.',
    }),
    reason: Reason,
  }),
);

export const RunStopInput = named('RunStopInput', strict({ reason: Type.Optional(Reason) }));

/** Which replica works on a run, also while it waits. */
export const RunHolder = named('RunHolder', Type.Object({ replica: Type.String(), since: Instant }));

export const RunStepView = named(
  'RunStepView',
  Type.Object({
    ordinal: Type.Integer(),
    kind: Type.String(),
    title: Type.String(),
    status: literals(['pending', 'started', 'waiting', 'applied', 'failed', 'skipped']),
    attempts: Type.Integer(),
    startedAt: nullable(Instant),
    finishedAt: nullable(Instant),
    elapsedSeconds: nullable(Type.Number()),
    expectedSeconds: nullable(Type.Number()),
    note: nullable(Type.String()),
    leavesBehind: Type.String(),
  }),
);

export const CheckView = named(
  'CheckView',
  Type.Object({
    name: Type.String(),
    type: literals(['prometheus', 'http', 'kubernetes']),
    verdict: literals(['pending', 'passed', 'failed', 'could_not_ask']),
    expected: Type.String(),
    actual: nullable(Type.String()),
    reason: nullable(Type.String()),
    passesInARow: Type.Integer(),
    passesNeeded: Type.Integer(),
    attempts: Type.Integer(),
    lastAttemptAt: nullable(Instant),
    deadlineAt: Instant,
  }),
);

/** The incident record of one run. */
export const RunView = named(
  'RunView',
  Type.Object({
    at: Instant,
    run: ref(Run),
    evidence: Type.Array(
      Type.Object({
        trigger: Type.String(),
        phase: Type.String(),
        text: Type.String({
          description: 'The reading against its threshold as it stood when the run was asked for.',
        }),
      }),
    ),
    decisionSentence: nullable(Type.String()),
    steps: Type.Array(ref(RunStepView)),
    warnings: Type.Array(Type.String()),
    checks: Type.Array(ref(CheckView)),
    holder: nullable(ref(RunHolder)),
    actions: ref(RunActions),
    timeline: Type.Array(ref(TimelineEvent)),
    trouble: Type.Array(Type.String(), {
      description:
        'What cannot be seen now: a metric source or a cluster does not answer. Empty once the run is over.',
    }),
  }),
);
export { PlanStep, Refusal };

export const RunPage = named('RunPage', page(Run));

/** A run's reason is prefilled and can be written better afterwards. */
export const RunEdit = named('RunEdit', strict({ reason: Type.String({ minLength: 1, maxLength: 1000 }) }));
