import {
  type CheckState,
  hasTouched,
  laneOfStep,
  type NewEvent,
  type Plan,
  patchedStep,
  type Refusal,
  type RunCommit,
  type RunStep,
  rollbackDeployment,
  runEvent,
  runNotification,
  type StepOutcome,
  type StepPatch,
} from '@lastgood/domain';
import type { Applied } from './apply-step.ts';
import type { WorkContext } from './work-context.ts';

/** What each beat of a run writes. Pure. */
export const stepCommit = { delayed, planned, started, recorded, both };

/** The cluster could not be asked for the plan: said once, and tried again. */
function delayed(
  context: WorkContext,
  refusals: readonly Refusal[],
  now: number,
  releaseUntil: number,
): RunCommit {
  const { run } = context;
  const text = `The plan waits: ${refusals.map((refusal) => refusal.reason).join(' ')}`;
  return {
    run: { status: 'running', startedAt: run.startedAt ?? now },
    events: run.startedAt === null ? [runEvent(context, 'rollback.step-waiting', now, text)] : [],
    releaseUntil,
  };
}

function planned(context: WorkContext, plan: Plan, now: number): RunCommit {
  const { run, service } = context;
  const text = `Rolling ${service.name} back from release ${plan.from.release} to release ${plan.target.release}.`;
  return {
    run: { status: 'running', plan, startedAt: run.startedAt ?? now },
    newSteps: plan.steps.map(
      (one, ordinal): RunStep => ({
        ordinal,
        lane: laneOfStep(plan, ordinal),
        planned: one,
        status: 'pending',
        attempts: 0,
        startedAt: null,
        finishedAt: null,
        dueAt: null,
        note: null,
      }),
    ),
    events: [runEvent(context, 'rollback.planned', now, text)],
    notifications: [runNotification(context, 'rolling_back', 'info', now, 'started', text, run.reason)],
  };
}

function started(context: WorkContext, step: RunStep, now: number): RunCommit {
  const first = step.startedAt === null;
  const member = context.run.members?.find((one) => one.lane === step.lane);
  return {
    ...(member?.status === 'queued'
      ? { members: [{ lane: step.lane, status: 'running' as const, startedAt: now }] }
      : {}),
    steps: [{ ordinal: step.ordinal, status: 'started', startedAt: step.startedAt ?? now, attempt: true }],
    events: first ? [runEvent(context, 'rollback.step-started', now, step.planned.title)] : [],
  };
}

function recorded(
  context: WorkContext,
  step: RunStep,
  patch: StepPatch,
  { outcome, checks, notifications }: Applied,
  now: number,
): RunCommit {
  const touchesFirst =
    step.planned.step.kind === 'set-template' && outcome.kind === 'applied' && !hasTouched(context.steps);
  return {
    steps: [patch],
    ...(checks ? { checks } : {}),
    ...(notifications ? { notifications } : {}),
    ...(touchesFirst
      ? {
          newDeployments: [
            rollbackDeployment(context.run, context.deployment, context.target, context.steps, now),
          ],
        }
      : {}),
    events: [...checkEvents(context, checks ?? [], now), ...outcomeEvents(context, step, outcome, now)],
  };
}

/** What was done, a plan or the outcome of a step, and the start of the step that may begin then. */
function both(done: RunCommit, started: RunCommit): RunCommit {
  const starts = started.steps ?? [];
  return {
    ...done,
    ...(started.members ? { members: started.members } : {}),
    ...(done.newSteps
      ? { newSteps: done.newSteps.map((step) => patchedStep(step, starts)) }
      : { steps: [...(done.steps ?? []), ...starts] }),
    events: [...(done.events ?? []), ...(started.events ?? [])],
  };
}

/** A waiting step says something only when what it waits for has changed. */
function outcomeEvents(context: WorkContext, step: RunStep, outcome: StepOutcome, now: number): NewEvent[] {
  switch (outcome.kind) {
    case 'applied':
      return [runEvent(context, 'rollback.step-applied', now, `${step.planned.title}: ${outcome.note}`)];
    case 'waiting':
      return outcome.note === step.note
        ? []
        : [runEvent(context, 'rollback.step-waiting', now, outcome.note)];
    case 'failed':
      return [runEvent(context, 'rollback.step-failed', now, `${step.planned.title}: ${outcome.reason}`)];
  }
}

function checkEvents(context: WorkContext, checks: readonly CheckState[], now: number): NewEvent[] {
  return checks.flatMap((check) => {
    const before = context.checks.find((one) => one.name === check.name)?.verdict ?? 'pending';
    if (check.verdict === before || check.verdict === 'pending') return [];
    if (check.verdict === 'passed')
      return [runEvent(context, 'rollback.check-passed', now, `${check.name}: passed (${check.actual})`)];
    return [
      runEvent(context, 'rollback.check-failed', now, `${check.name}: ${check.reason ?? check.verdict}`),
    ];
  });
}
