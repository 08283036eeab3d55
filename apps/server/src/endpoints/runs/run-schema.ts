import { Count, Reason } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { CheckType } from '../../declaration/check-schema.ts';
import { Link } from '../../declaration/link-schema.ts';
import { Instant, literals, named, nullable, page, ref, strict } from '../../wire/named.ts';
import { PutBack, ReleaseRef } from '../deployments/deployment-schema.ts';
import { Timeline } from '../events/event-schema.ts';
import { PlanParts } from './plan-parts-schema.ts';
import { Expected, Refusal } from './plan-schema.ts';

const Requester = Type.Object({
  kind: literals(['automatic', 'person', 'ci']),
  name: Type.String({ description: 'The trigger, the person or the token.' }),
});

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
export type RunMember = Static<typeof RunMember>;

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
    removing: Type.Array(Type.String(), {
      description: 'What it was asked to remove of what the release created, by name.',
    }),
    accepting: Type.Array(Type.String(), { description: 'What it was asked for with as lost, by name.' }),
    including: Type.Array(Type.String(), {
      description: 'What it was asked to take back although it was not registered, by name.',
    }),
    status: literals(['queued', 'running', 'done', 'stopped', 'cancelled']),
    verdict: nullable(literals(['passed', 'failed'])),
    createdAt: Instant,
    startsAt: Instant,
    startedAt: nullable(Instant),
    finishedAt: nullable(Instant),
    durationSeconds: nullable(
      Type.Number(),
      'From its start to its end, or to now: the three that follow together.',
    ),
    workedSeconds: nullable(Type.Number(), 'Without the time that it was stopped or Lastgood away.'),
    pausedSeconds: Type.Number({ description: 'Stopped, until somebody had it go on.' }),
    awaySeconds: Type.Number({
      description: 'Nobody of Lastgood worked on it, although somebody should have.',
    }),
    /** "2 of 3 replicas available", "waiting for its start", "rolled back and verified in 21 s". */
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
export type Run = Static<typeof Run>;

/** What a person may tell a run now. */
export const RunAction = named(
  'RunAction',
  Type.Object({
    allowed: Type.Boolean(),
    step: nullable(
      Type.Integer(),
      'The step it is about, as its view numbers it; null when it is about the whole run, or about no step now.',
    ),
    whyNot: nullable(Type.String(), 'Why not now, and the next best thing.'),
    leavesBehind: nullable(Type.String(), 'What it does and leaves behind, to be read before the click.'),
  }),
);
export type RunAction = Static<typeof RunAction>;

export const RunActions = named(
  'RunActions',
  Type.Object({
    undo: ref(RunAction),
    resume: ref(RunAction),
    retry: ref(RunAction),
    skip: ref(RunAction),
    hurry: ref(RunAction),
    stop: ref(RunAction),
  }),
);
export type RunActions = Static<typeof RunActions>;

export const RunSkip = named(
  'RunSkip',
  strict({
    ordinal: Count(0, 100_000, {
      description: 'The step, as its view numbers it. Refused when another one is in progress by now.',
    }),
    reason: Reason(),
  }),
);

export const RunStopInput = named('RunStopInput', strict({ reason: Type.Optional(Reason()) }));

/** Which replica works on a run, also while it waits. */
export const RunHolder = named('RunHolder', Type.Object({ replica: Type.String(), since: Instant }));
export type RunHolder = Static<typeof RunHolder>;

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
    elapsedSeconds: nullable(Type.Number(), 'Without the time that Lastgood was away.'),
    awaySeconds: Type.Number(),
    expectedSeconds: nullable(Type.Number()),
    expected: nullable(ref(Expected), 'Null where it is not known, or not where it comes from.'),
    note: nullable(Type.String()),
    leavesBehind: Type.String(),
  }),
);
export type RunStepView = Static<typeof RunStepView>;

export const CheckView = named(
  'CheckView',
  Type.Object({
    name: Type.String(),
    type: CheckType,
    verdict: literals(['pending', 'passed', 'failed', 'could_not_ask', 'nothing_serves']),
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
export type CheckView = Static<typeof CheckView>;

/** What has come after a stopped run, so that it is not taken up again. */
export const RunOvertaken = named(
  'RunOvertaken',
  Type.Object({
    text: Type.String({ description: 'What has come after it, and what to do instead.' }),
    runId: nullable(Type.String(), 'The newer run that has changed the service.'),
    deployment: nullable(
      Type.Object({ id: Type.String(), release: Type.Integer(), version: nullable(Type.String()) }),
      'The newer deployment, which is what should be rolled back now.',
    ),
  }),
);
export type RunOvertaken = Static<typeof RunOvertaken>;

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
    parts: nullable(ref(PlanParts), 'Null until its plan is made.'),
    checks: Type.Array(ref(CheckView)),
    holder: nullable(ref(RunHolder)),
    actions: ref(RunActions),
    overtaken: nullable(
      ref(RunOvertaken),
      'What has come after it since it stopped; null when nothing has, or when it has not stopped.',
    ),
    putBack: nullable(
      ref(PutBack),
      'Whether what it took back was put back afterwards; null while that is not known.',
    ),
    links: Type.Array(ref(Link), {
      description: 'Those of the service and of the trigger that asked for it, filled in.',
    }),
    ...Timeline,
    trouble: Type.Array(Type.String(), {
      description:
        'What cannot be seen now: a metric source or a cluster does not answer. Empty once the run is over.',
    }),
  }),
);
export type RunView = Static<typeof RunView>;

export const RunPage = named('RunPage', page(Run));

/** A run's reason is prefilled and can be written better afterwards. */
export const RunEdit = named('RunEdit', strict({ reason: Reason() }));
