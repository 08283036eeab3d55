import {
  type ClaimedRun,
  concludeDone,
  concludeFailed,
  concludeLane,
  concludeRefused,
  concludeStopAsked,
  type DeploymentStore,
  isActive,
  limitOutcome,
  nextStep,
  type RunCommit,
  type RunStep,
  type RunStore,
  recordStep,
  runEvent,
  type StepOutcome,
  startLimitOutcome,
  withChecks,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { type Applied, type ApplyDependencies, applyStep } from './apply-step.ts';
import { type HeldLease, holdLease } from './hold-lease.ts';
import { laneContext } from './lane-context.ts';
import { prepareRun } from './prepare.ts';
import { stepCommit } from './step-commit.ts';
import type { WorkContext } from './work-context.ts';

export interface WorkerDependencies extends ApplyDependencies {
  runs: RunStore;
  deployments: DeploymentStore;
  clock: Clock;
  replica: string;
  leaseMs: number;
  /** Told of every move, for logs and figures; never decides anything. */
  observe?: (move: WorkerMove) => void;
}

export type WorkerMove =
  | { kind: 'claimed' | 'taken-over' | 'finished' | 'lease-lost'; runId: string }
  | { kind: 'step'; runId: string; step: string; outcome: StepOutcome['kind'] };

export interface RunWorker {
  /** Claims one due run and carries it as far as it goes now. False when none was due. */
  work(signal: AbortSignal): Promise<boolean>;
  /** Runs in this worker's hands. */
  executing(): string[];
}

/** How long a cluster that does not answer may delay the plan, and how soon it is asked again. */
const planWithinMs = 5 * 60_000;
const askAgainMs = 5_000;
/** One preparation may take this long before it is aborted. */
const prepareWithinMs = 60_000;

/** A run in hand: what was committed so far, and how to commit more. */
interface Hand {
  context: WorkContext;
  /** Writes under the fence and follows it in `context`; false when the lease was lost. */
  commit(commit: RunCommit): Promise<boolean>;
  /** Whether the lease is lost or may be, or the worker is told to stop. Asked before every act. */
  lost(): boolean;
  signal: AbortSignal;
}

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
      deps.observe?.({ kind: claimed.takenOverFrom ? 'taken-over' : 'claimed', runId: id });
      const held = holdLease(deps.runs, claimed.lease, deps.clock, signal, askedAt);
      try {
        const hand = takeInHand(deps, claimed, held);
        if (await announceTakeover(deps, hand)) await carry(deps, hand);
      } finally {
        held.stop();
        executing.delete(id);
      }
      return true;
    },
  };
}

function takeInHand(deps: WorkerDependencies, claimed: ClaimedRun, held: HeldLease): Hand {
  const context = { ...claimed };
  return {
    context,
    signal: held.signal,
    lost: () => held.signal.aborted || held.expired(),
    async commit(commit) {
      const written = await deps.runs.commit(context.lease, commit);
      if (!written) deps.observe?.({ kind: 'lease-lost', runId: context.run.id });
      else follow(context, commit);
      return written;
    },
  };
}

async function announceTakeover(deps: WorkerDependencies, { context, commit }: Hand): Promise<boolean> {
  const { takenOverFrom, unattendedMs } = context;
  if (takenOverFrom === null) return true;
  const after = `${(unattendedMs / 1_000).toFixed(1)} s`;
  const text = `${deps.replica} took the rollback over from ${takenOverFrom} after ${after}.`;
  return commit({ events: [runEvent(context, 'rollback.taken-over', deps.clock.now(), text)] });
}

/** The context as the store has it after a commit. */
function follow(context: WorkContext, commit: RunCommit): void {
  context.run = { ...context.run, ...commit.run };
  if (commit.newSteps) context.steps = commit.newSteps;
  if (commit.checks) context.checks = withChecks(context.checks, commit.checks);
  if (commit.members && context.run.members) {
    const patches = commit.members;
    const members = context.run.members.map((one) => ({
      ...one,
      ...patches.find((patch) => patch.lane === one.lane),
    }));
    context.run = { ...context.run, members };
  }
  for (const { attempt, ...patch } of commit.steps ?? []) {
    context.steps = context.steps.map((step) =>
      step.ordinal === patch.ordinal
        ? { ...step, ...patch, attempts: step.attempts + (attempt ? 1 : 0) }
        : step,
    );
  }
}

/** Until the run waits, ends, or slips out of our hands: next step, commit *started*, apply, commit the outcome. */
async function carry(deps: WorkerDependencies, hand: Hand): Promise<void> {
  for (;;) {
    if (hand.lost()) return;
    const { run, steps } = hand.context;
    const move = nextStep(run, steps);
    switch (move.kind) {
      case 'nothing':
        return;
      case 'prepare':
        if (!(await prepare(deps, hand))) return;
        break;
      case 'finish':
        if (!(await conclude(deps, hand, concludeDone))) return;
        break;
      case 'stop':
        if (!(await conclude(deps, hand, (lane, now) => concludeStopAsked(lane, move.step, now)))) return;
        break;
      case 'apply':
        if (!(await attempt(deps, hand, move.step))) return;
    }
  }
}

/** Concludes the lane in turn, and the run with its last one. True when the run goes on at once. */
async function conclude(
  deps: WorkerDependencies,
  { context, commit }: Hand,
  how: (lane: WorkContext, now: number) => RunCommit,
): Promise<boolean> {
  const now = deps.clock.now();
  const lane = laneContext(context);
  const concluded = concludeLane(context.run, lane.run.lane ?? 0, how(lane, now), now);
  if (!(await commit(concluded))) return false;
  if (isActive(context.run)) return true;
  deps.observe?.({ kind: 'finished', runId: context.run.id });
  return false;
}

async function prepare(deps: WorkerDependencies, hand: Hand): Promise<boolean> {
  const { context } = hand;
  const result = await withDeadline(deps.clock, prepareWithinMs, hand.signal, (deadline) =>
    prepareRun(deps, context, deadline),
  );
  if (hand.lost()) return false;
  const now = deps.clock.now();
  if (result.kind === 'plan') return hand.commit(stepCommit.planned(context, result.plan, now));
  const unreachable = result.refusals.every((refusal) => refusal.code === 'cluster-unreachable');
  const patient = now - (context.run.startedAt ?? now) < planWithinMs;
  await hand.commit(
    unreachable && patient
      ? stepCommit.delayed(context, result.refusals, now, now + askAgainMs)
      : concludeRefused(context, result.refusals, now),
  );
  return false;
}

/** One attempt of one step. The outcome is written only by whoever still holds the lease; a waiting step gives it back. */
async function attempt(deps: WorkerDependencies, hand: Hand, step: RunStep): Promise<boolean> {
  const { context } = hand;
  const now = deps.clock.now();
  const tooLate = startLimitOutcome(context.run, context.steps, step, now);
  if (tooLate) return record(hand, { ...step, attempts: step.attempts + 1 }, { outcome: tooLate }, now, true);
  if (!(await hand.commit(stepCommit.started(laneContext(context), step, now)))) return false;
  if (hand.lost()) return false;
  const row = context.steps.find((one) => one.ordinal === step.ordinal) ?? step;
  const applied = await applyOnce(deps, { ...hand, context: laneContext(context) }, row);
  if (hand.lost()) return false;
  const at = deps.clock.now();
  const outcome = limitOutcome(row, applied.outcome, at);
  deps.observe?.({ kind: 'step', runId: context.run.id, step: row.planned.step.kind, outcome: outcome.kind });
  return record(hand, row, { ...applied, outcome }, at, false);
}

/** True when the run goes on at once. */
async function record(
  { context, commit }: Hand,
  row: RunStep,
  applied: Applied,
  at: number,
  countsAttempt: boolean,
): Promise<boolean> {
  const { outcome } = applied;
  const patch = { ...recordStep(row, outcome, at), ...(countsAttempt ? { attempt: true } : {}) };
  const lane = laneContext(context);
  const recorded = stepCommit.recorded(lane, row, patch, applied, at);
  switch (outcome.kind) {
    case 'applied':
      return commit(recorded);
    case 'waiting':
      await commit({ ...recorded, releaseUntil: outcome.until });
      return false;
    case 'failed': {
      const failed = concludeFailed(lane, row, outcome.reason, outcome.advice, at);
      const concluded = concludeLane(context.run, row.lane, failed, at);
      const events = [...(recorded.events ?? []), ...(concluded.events ?? [])];
      return (await commit({ ...recorded, ...concluded, events })) && isActive(context.run);
    }
  }
}

/** A fault of our own is not a verdict about the world: the step waits and is tried again, until its limit ends it. */
async function applyOnce(
  deps: WorkerDependencies,
  { context, signal, lost }: Hand,
  row: RunStep,
): Promise<Applied> {
  try {
    return await withDeadline(deps.clock, row.planned.limits.heartbeatMs, signal, (deadline) =>
      applyStep(deps, context, row, deadline, () => lost() || deadline.aborted),
    );
  } catch (error) {
    const note = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: { kind: 'waiting', until: deps.clock.now() + retryAfterFaultMs, note } };
  }
}

const retryAfterFaultMs = 5_000;
