import {
  concludeDone,
  concludeFailed,
  concludeLane,
  concludeRefused,
  concludeStopAsked,
  concludeWithdrawn,
  type DeploymentStore,
  isActive,
  isSkippedVerification,
  limitOutcome,
  nextStep,
  type PlanResult,
  type Refusal,
  type RunCommit,
  type RunStep,
  type RunStore,
  recordStep,
  runEvent,
  type StepOutcome,
  type StepPatch,
  startLimitOutcome,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { afterFault } from './apply-by-contract.ts';
import { type Applied, type ApplyDependencies, applyStep } from './apply-step.ts';
import { followed, type HeldRun, holdRun } from './held-run.ts';
import { holdLease } from './hold-lease.ts';
import { laneContext } from './lane-context.ts';
import { isThirdVersion, lookAfresh, mayBeLate, whyWithdrawn } from './look-afresh.ts';
import { prepareRun } from './prepare.ts';
import { readAtStop } from './read-at-stop.ts';
import { stepCommit } from './step-commit.ts';
import type { WorkContext } from './work-context.ts';

export interface WorkerDependencies extends ApplyDependencies {
  runs: RunStore;
  deployments: DeploymentStore;
  clock: Clock;
  replica: string;
  leaseMs: number;
  /** Makes a run's plan; default: from the facts, composed of the ways back. */
  prepare?: typeof prepareRun | undefined;
  /** Told of every move, for logs and figures; never decides anything. */
  onMove?: (move: WorkerMove) => void;
}

export type WorkerMove =
  | { kind: 'claimed' | 'taken-over' | 'finished' | 'lease-lost'; runId: string }
  | { kind: 'step'; runId: string; step: string; outcome: StepOutcome['kind'] };

export interface RunWorker {
  /** Claims one due run and carries it as far as it goes now. False when none was due. */
  work(signal: AbortSignal): Promise<boolean>;
  /** Runs that this worker holds. */
  executing(): string[];
}

/** How long an outside that does not answer may delay the plan, and how soon it is asked again. */
const planWithinMs = 5 * 60_000;
const askAgainMs = 5_000;
/** One preparation may take this long before it is aborted. */
const prepareWithinMs = 60_000;

export function createRunWorker(deps: WorkerDependencies): RunWorker {
  const executing = new Set<string>();
  return {
    executing: () => [...executing],
    async work(signal) {
      const askedAt = deps.clock.now();
      const claimed = await deps.runs.claim(deps.replica, deps.leaseMs, [...executing]);
      if (!claimed) return false;
      const { id } = claimed.run;
      executing.add(id);
      deps.onMove?.({ kind: claimed.takenOverFrom ? 'taken-over' : 'claimed', runId: id });
      const lease = holdLease(deps, claimed.lease, signal, askedAt);
      try {
        const held = holdRun(deps.runs, claimed, lease, () =>
          deps.onMove?.({ kind: 'lease-lost', runId: id }),
        );
        if (await announceTakeover(deps, held)) await carry(deps, held);
      } finally {
        lease.stop();
        executing.delete(id);
      }
      return true;
    },
  };
}

async function announceTakeover(deps: WorkerDependencies, { context, commit }: HeldRun): Promise<boolean> {
  const { run, takenOverFrom, unattendedMs } = context;
  if (takenOverFrom === null) return true;
  const after = `${(unattendedMs / 1_000).toFixed(1)} s`;
  const text = `${deps.replica} took the rollback over from ${takenOverFrom} after ${after}.`;
  return commit({ events: [runEvent({ run, type: 'rollback.taken-over', at: deps.clock.now(), text })] });
}

/** Until the run waits, ends, or its lease is lost: commit *started*, apply, commit the outcome with the next start. */
async function carry(deps: WorkerDependencies, held: HeldRun): Promise<void> {
  for (;;) {
    if (held.lost()) return;
    const { run, steps } = held.context;
    const move = nextStep(run, steps);
    switch (move.kind) {
      case 'nothing':
        return;
      case 'prepare':
        if (!(await prepare(deps, held))) return;
        break;
      case 'finish':
        if (!(await conclude(deps, held, concludeDone))) return;
        break;
      case 'stop':
        if (!(await conclude(deps, held, (lane, now) => concludeStopAsked(lane, move.step, now)))) return;
        break;
      case 'apply':
        if (!(await attempt(deps, held, move.step))) return;
    }
  }
}

/** Concludes the lane in turn, and the run with its last one. True when the run goes on at once. */
async function conclude(
  deps: WorkerDependencies,
  held: HeldRun,
  how: (lane: WorkContext, now: number) => RunCommit,
): Promise<boolean> {
  const { run } = held.context;
  const own = laneContext(held.context);
  const isOver = !run.stopAsked && !own.steps.some(isSkippedVerification);
  const lane = isOver ? own : await readAtStop(deps, own, held.signal);
  const now = deps.clock.now();
  const concluded = concludeLane(run, lane.run.lane ?? 0, how(lane, now), now);
  if (!(await held.commit(concluded))) return false;
  if (isActive(held.context.run)) return true;
  deps.onMove?.({ kind: 'finished', runId: run.id });
  return false;
}

async function prepare(deps: WorkerDependencies, held: HeldRun): Promise<boolean> {
  const { context } = held;
  const result = await planTo(deps, context, held.signal);
  if (held.lost()) return false;
  if (result.kind === 'refused' && result.refusals.some(isThirdVersion) && mayBeLate(context))
    return decideAgain(deps, held, result.refusals);
  return prepared(deps, held, result);
}

async function planTo(
  deps: WorkerDependencies,
  context: WorkContext,
  signal: AbortSignal,
): Promise<PlanResult> {
  return withDeadline(deps.clock, prepareWithinMs, signal, (deadline) =>
    (deps.prepare ?? prepareRun)(deps, context, deadline),
  );
}

/** Writes the plan, or why there is none. True when the run goes on at once. */
async function prepared(deps: WorkerDependencies, held: HeldRun, result: PlanResult): Promise<boolean> {
  const { context } = held;
  const now = deps.clock.now();
  if (result.kind === 'plan') return commitAndBegin(held, stepCommit.planned(context, result.plan, now), now);
  const unreachable = result.refusals.every((refusal) => refusal.code === 'source-unreachable');
  const patient = now - (context.run.startedAt ?? now) < planWithinMs;
  await held.commit(
    unreachable && patient
      ? stepCommit.delayed(context, result.refusals, now, now + askAgainMs)
      : concludeRefused(context, result.refusals, now),
  );
  return false;
}

/** The records were late: withdrawn where a newer release explains what is there, planned once more where they are mended. */
async function decideAgain(deps: WorkerDependencies, held: HeldRun, refusals: Refusal[]): Promise<boolean> {
  const { context } = held;
  const afresh = await withDeadline(deps.clock, prepareWithinMs, held.signal, (deadline) =>
    lookAfresh(deps, context, deadline),
  );
  if (held.lost()) return false;
  if (afresh.kind === 'newer')
    return conclude(deps, held, (lane, now) => concludeWithdrawn(lane, whyWithdrawn(lane, afresh), now));
  if (afresh.kind === 'as-known') return prepared(deps, held, { kind: 'refused', refusals });
  held.context = { ...context, deployment: afresh.deployment };
  const again = await planTo(deps, held.context, held.signal);
  return held.lost() ? false : prepared(deps, held, again);
}

/** One attempt of one step. The outcome is written only by whoever still holds the lease; a waiting step gives it back. */
async function attempt(deps: WorkerDependencies, held: HeldRun, step: RunStep): Promise<boolean> {
  // An earlier attempt began and nobody wrote how it ended: it may have been sent.
  const isUnsaid = step.status === 'started' && held.begun !== step.ordinal;
  if (held.begun !== step.ordinal) {
    const now = deps.clock.now();
    const tooLate = startLimitOutcome(step, held.unattendedMs);
    held.unattendedMs = 0;
    const next = { ...step, attempts: step.attempts + 1 };
    if (tooLate)
      return record(
        deps,
        held,
        next,
        { outcome: tooLate, sent: false },
        { at: now, over: { attempt: true } },
      );
    if (!(await held.commit(stepCommit.started(laneContext(held.context), step, now)))) return false;
  }
  held.begun = null;
  if (held.lost()) return false;
  const { context } = held;
  const row = context.steps.find((one) => one.ordinal === step.ordinal) ?? step;
  const applied = await applyOnce(deps, { ...held, context: laneContext(context) }, row);
  if (held.lost()) return false;
  const at = deps.clock.now();
  const outcome = limitOutcome(row, applied.outcome, at);
  deps.onMove?.({ kind: 'step', runId: context.run.id, step: row.planned.step.kind, outcome: outcome.kind });
  return record(deps, held, row, { ...applied, outcome, sent: applied.sent || isUnsaid }, { at });
}

/** True when the run goes on at once. */
async function record(
  deps: WorkerDependencies,
  held: HeldRun,
  row: RunStep,
  applied: Applied,
  { at, over = {} }: { at: number; over?: Pick<StepPatch, 'attempt'> },
): Promise<boolean> {
  const { context, commit } = held;
  const { outcome } = applied;
  const patch = { ...recordStep(row, outcome, at), ...over };
  const lane = laneContext(context);
  const recorded = stepCommit.recorded(lane, row, applied, { patch, now: at, plan: context.run.plan });
  switch (outcome.kind) {
    case 'applied':
      return commitAndBegin(held, recorded, at);
    case 'waiting':
      await commit({ ...recorded, releaseUntil: outcome.until });
      return false;
    case 'failed': {
      if (patch.status === 'skipped') return commitAndBegin(held, recorded, at);
      const why = isThirdVersion(outcome) && !applied.sent ? await whyLate(deps, held) : null;
      if (held.lost()) return false;
      if (why !== null) {
        const withdrawn = concludeWithdrawn(laneContext(context), why, at);
        return commit(stepCommit.ended(recorded, withdrawn)).then(() => false);
      }
      const failed = concludeFailed(
        await readAtStop(deps, laneContext(followed(context, recorded)), held.signal),
        row,
        { ...outcome, sent: applied.sent },
        at,
      );
      const concluded = concludeLane(context.run, row.lane, failed, at);
      return (await commit(stepCommit.ended(recorded, concluded))) && isActive(held.context.run);
    }
  }
}

/** Why the run is withdrawn at its fence, because its records were late; null when they were not. */
async function whyLate(deps: WorkerDependencies, { context, signal }: HeldRun): Promise<string | null> {
  if (!mayBeLate(context)) return null;
  const afresh = await withDeadline(deps.clock, prepareWithinMs, signal, (deadline) =>
    lookAfresh(deps, context, deadline),
  );
  return afresh.kind === 'as-known' ? null : whyWithdrawn(context, afresh);
}

/** What was done and the step that may begin now are one commit: half as many, and nobody sees a run between two steps. */
async function commitAndBegin(held: HeldRun, done: RunCommit, at: number): Promise<boolean> {
  const after = followed(held.context, done);
  const move = nextStep(after.run, after.steps);
  if (move.kind !== 'apply') return held.commit(done);
  const started = stepCommit.started(laneContext(after), move.step, at);
  const isWritten = await held.commit(stepCommit.both(done, started));
  if (isWritten) Object.assign(held, { begun: move.step.ordinal, unattendedMs: 0 });
  return isWritten;
}

/** What breaks outside an effect's contract has sent nothing. */
async function applyOnce(
  deps: WorkerDependencies,
  { context, signal, lost }: HeldRun,
  row: RunStep,
): Promise<Applied> {
  try {
    return await withDeadline(deps.clock, row.planned.limits.heartbeatMs, signal, (deadline) =>
      applyStep(deps, context, row, { signal: deadline, lost: () => lost() || deadline.aborted }),
    );
  } catch (error) {
    return { outcome: afterFault(error, deps.clock.now()), sent: false };
  }
}
