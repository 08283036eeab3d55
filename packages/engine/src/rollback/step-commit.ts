import {
  aboutRun,
  type CheckState,
  fromTo,
  laneOfStep,
  type NewEvent,
  type Notification,
  onlyLooks,
  type Plan,
  patchedStep,
  planOf,
  progressedRollback,
  type Refusal,
  type RunCommit,
  type RunStep,
  recordsRollback,
  rollbackDeployment,
  rollbackDeploymentId,
  runEvent,
  runNotification,
  type StepOutcome,
  type StepPatch,
  whyInWords,
  withStored,
} from '@lastgood/domain';
import type { Applied } from './apply-step.ts';
import { laneContext } from './lane-context.ts';
import type { WorkContext } from './work-context.ts';

/** What each beat of a run writes. Pure. */
export const stepCommit = { delayed, planned, started, recorded, both, ended };

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
    events: run.startedAt === null ? [runEvent({ run, type: 'rollback.step-waiting', at: now, text })] : [],
    releaseUntil,
  };
}

function planned(context: WorkContext, plan: Plan, now: number): RunCommit {
  const { run, service } = context;
  const text = `Rolling ${service.name} back: ${fromTo(plan.from, plan.target)}.`;
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
    events: [runEvent({ run, type: 'rollback.planned', at: now, text })],
    notifications: membersOf({ ...context, run: { ...run, plan } }).map((member) =>
      begins(member, plan, now),
    ),
  };
}

/** Each member of a group is an incident of its own. */
function membersOf(context: WorkContext): WorkContext[] {
  return context.members?.map((_member, lane) => laneContext(context, lane)) ?? [context];
}

/** @param whole of all members */
function begins(member: WorkContext, whole: Plan, now: number): Notification {
  const { run, service } = member;
  const plan = run.plan ?? whole;
  return runNotification({
    ...{ run, kind: 'rolling_back', urgency: 'info', at: now, occasion: occasionOf(run) },
    title: `Rolling ${service.name} back: ${fromTo(plan.from, plan.target)}.`,
    text: whyInWords(run),
    ...aboutRun(member, { plan, next: { text: thenVerified(plan), at: null }, isWhy: true }),
  });
}

/**
 * Whoever was told that it stopped is told that it goes on. It is said with each step that begins, for nobody knows here which is the
 * first, and under one key for each time that it was taken up again: it is sent once.
 */
function goesOn(context: WorkContext, now: number): Notification[] {
  const { run, service, steps } = context;
  const { plan, pausedMs = 0 } = run;
  if (pausedMs === 0 || plan === null) return [];
  const open = steps.filter(({ status }) => status !== 'applied' && status !== 'skipped');
  const next = { text: thenVerified({ steps: open }), at: null };
  return [
    runNotification({
      ...{ run, kind: 'rolling_back', urgency: 'info', at: now, occasion: occasionOf(run) },
      title: `The rollback of ${service.name} goes on: ${fromTo(plan.from, plan.target)}.`,
      text: `It had stopped, and a person had it go on. ${whyInWords(run)}`.trim(),
      ...aboutRun(context, { next }),
    }),
  ];
}

/** One that had stopped before it had a plan begins as it is taken up again: that is one occasion. */
function occasionOf({ pausedMs = 0 }: Pick<WorkContext['run'], 'pausedMs'>): string {
  return pausedMs === 0 ? 'started' : `resumed/${pausedMs}`;
}

function thenVerified({ steps }: { steps: readonly unknown[] }): string {
  const count = steps.length === 1 ? 'one step' : `${steps.length} steps`;
  return `It goes on by itself through ${count}. You are told when it is verified, or where it stops.`;
}

/** With each step that begins the rollback's own deployment is at work, whatever it had stopped as before it was taken up again. */
function started(context: WorkContext, step: RunStep, now: number): RunCommit {
  const { run, isRecorded } = context;
  const first = step.startedAt === null;
  const text = step.planned.title;
  const member = run.members?.find((one) => one.lane === step.lane);
  return {
    members:
      member?.status === 'queued' ? [{ lane: step.lane, status: 'running', startedAt: now }] : undefined,
    deployments: first && isRecorded ? [{ id: rollbackDeploymentId(run), status: 'in_progress' }] : [],
    steps: [{ ordinal: step.ordinal, status: 'started', startedAt: step.startedAt ?? now, attempt: true }],
    events: first ? [runEvent({ run, type: 'rollback.step-started', at: now, text })] : [],
    notifications: first ? goesOn(context, now) : [],
  };
}

/** @param plan of the whole run, of which `context` may be one lane */
function recorded(
  context: WorkContext,
  step: RunStep,
  applied: Applied,
  { patch, now, plan }: { patch: StepPatch; now: number; plan: Plan | null },
): RunCommit {
  const { outcome, checks, notifications, became } = applied;
  const steps = became ? withStored(context.steps, step, became) : context.steps;
  const reached = { ...context, steps: steps.map((one) => patchedStep(one, [patch])) };
  const isProgress = context.isRecorded && outcome.kind === 'applied' && !onlyLooks(step);
  return {
    ...(became && plan ? { run: { plan: planOf(plan, steps) } } : {}),
    steps: mergedPatches([patch, ...changedSteps(context.steps, steps)]),
    checks,
    notifications,
    newDeployments: recordsRollback(context, step, applied) ? [rollbackDeployment(reached, now)] : undefined,
    ...(isProgress ? { deployments: [progressedRollback(reached, now)] } : {}),
    events: [...checkEvents(context, checks ?? [], now), ...outcomeEvents(context, step, outcome, now)],
  };
}

/** Rows whose step is another one now. */
function changedSteps(before: readonly RunStep[], after: readonly RunStep[]): StepPatch[] {
  return after.flatMap(({ ordinal, status, planned }, index) =>
    planned === before[index]?.planned ? [] : [{ ordinal, status, planned }],
  );
}

/** One patch a row: a row is written once in a commit. What is said of its state by an earlier patch holds. */
function mergedPatches(patches: readonly StepPatch[]): StepPatch[] {
  const merged = new Map<number, StepPatch>();
  for (const patch of patches) merged.set(patch.ordinal, { ...patch, ...merged.get(patch.ordinal) });
  return [...merged.values()].sort((a, b) => a.ordinal - b.ordinal);
}

/** What was done, a plan or the outcome of a step, and the start of the step that may begin then. */
function both(done: RunCommit, started: RunCommit): RunCommit {
  const starts = started.steps ?? [];
  return {
    ...done,
    members: started.members ?? done.members,
    deployments: [...(done.deployments ?? []), ...(started.deployments ?? [])],
    ...(done.newSteps
      ? { newSteps: done.newSteps.map((step) => patchedStep(step, starts)) }
      : { steps: mergedPatches([...starts, ...(done.steps ?? [])]) }),
    events: [...(done.events ?? []), ...(started.events ?? [])],
    notifications: [...(done.notifications ?? []), ...(started.notifications ?? [])],
  };
}

/** What came of a step and the conclusion from it. A deployment that the one adds is added as the other leaves it. */
function ended(recorded: RunCommit, concluded: RunCommit): RunCommit {
  const added = recorded.newDeployments ?? [];
  const patches = concluded.deployments ?? [];
  const isAdded = ({ id }: { id: string }) => added.some((one) => one.id === id);
  return {
    ...recorded,
    ...concluded,
    deployments: patches.filter((patch) => !isAdded(patch)),
    newDeployments: recorded.newDeployments?.map((row) => ({
      ...row,
      ...patches.find(({ id }) => id === row.id),
    })),
    events: [...(recorded.events ?? []), ...(concluded.events ?? [])],
  };
}

/** A waiting step says something only when what it waits for has changed. */
function outcomeEvents({ run }: WorkContext, step: RunStep, outcome: StepOutcome, at: number): NewEvent[] {
  const { title } = step.planned;
  switch (outcome.kind) {
    case 'applied':
      return [runEvent({ run, type: 'rollback.step-applied', at, text: `${title}: ${outcome.note}` })];
    case 'waiting':
      return outcome.note === step.note
        ? []
        : [runEvent({ run, type: 'rollback.step-waiting', at, text: outcome.note })];
    case 'failed':
      return [runEvent({ run, type: 'rollback.step-failed', at, text: `${title}: ${outcome.reason}` })];
  }
}

function checkEvents(
  { run, checks: known }: WorkContext,
  checks: readonly CheckState[],
  at: number,
): NewEvent[] {
  return checks.flatMap(({ name, verdict, actual, reason }) => {
    const before = known.find((one) => one.name === name)?.verdict ?? 'pending';
    if (verdict === before || verdict === 'pending') return [];
    if (verdict === 'passed')
      return [runEvent({ run, type: 'rollback.check-passed', at, text: `${name}: passed (${actual})` })];
    return [runEvent({ run, type: 'rollback.check-failed', at, text: `${name}: ${reason ?? verdict}` })];
  });
}
