import {
  type ClaimedRun,
  concludeDone,
  concludeFailed,
  concludeRefused,
  type DeploymentStore,
  limitOutcome,
  nextStep,
  type RunCommit,
  type RunStep,
  type RunStore,
  recordStep,
  type StepOutcome,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { type Applied, type ApplyDependencies, applyStep } from './apply-step.ts';
import { holdLease } from './hold-lease.ts';
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

/** A run in hand: what was committed so far, and how to commit more. */
interface Hand {
  context: WorkContext;
  /** Writes under the fence and follows it in `context`; false when the lease was lost. */
  commit(commit: RunCommit): Promise<boolean>;
  signal: AbortSignal;
}

export function createRunWorker(deps: WorkerDependencies): RunWorker {
  const executing = new Set<string>();
  return {
    executing: () => [...executing],
    async work(signal) {
      const claimed = await deps.runs.claim(deps.replica, deps.leaseMs, [...executing]);
      if (!claimed) return false;
      const { id } = claimed.run;
      executing.add(id);
      deps.observe?.({ kind: claimed.takenOverFrom ? 'taken-over' : 'claimed', runId: id });
      const held = holdLease(deps.runs, claimed.lease, deps.clock, signal);
      try {
        await carry(deps, takeInHand(deps, claimed, held.signal));
      } finally {
        held.stop();
        executing.delete(id);
      }
      return true;
    },
  };
}

function takeInHand(deps: WorkerDependencies, claimed: ClaimedRun, signal: AbortSignal): Hand {
  const context = { ...claimed };
  return {
    context,
    signal,
    async commit(commit) {
      const written = await deps.runs.commit(context.lease, commit);
      if (!written) deps.observe?.({ kind: 'lease-lost', runId: context.run.id });
      else follow(context, commit);
      return written;
    },
  };
}

/** The context as the store has it after a commit. */
function follow(context: WorkContext, commit: RunCommit): void {
  context.run = { ...context.run, ...commit.run };
  if (commit.newSteps) context.steps = commit.newSteps;
  if (commit.checks) context.checks = commit.checks;
  for (const { attempt, ...patch } of commit.steps ?? []) {
    context.steps = context.steps.map((step) =>
      step.ordinal === patch.ordinal
        ? { ...step, ...patch, attempts: step.attempts + (attempt ? 1 : 0) }
        : step,
    );
  }
}

/** Until the run sleeps, ends, or slips out of our hands: next step, commit *started*, apply, commit the outcome. */
async function carry(deps: WorkerDependencies, hand: Hand): Promise<void> {
  for (;;) {
    if (hand.signal.aborted) return;
    const { run, steps } = hand.context;
    const move = nextStep(run, steps, deps.clock.now());
    switch (move.kind) {
      case 'nothing':
        return;
      case 'sleep':
        await hand.commit({ releaseUntil: move.until });
        return;
      case 'prepare':
        if (!(await prepare(deps, hand))) return;
        break;
      case 'finish':
        await hand.commit(concludeDone(hand.context, deps.clock.now()));
        deps.observe?.({ kind: 'finished', runId: run.id });
        return;
      case 'apply':
        if (!(await attempt(deps, hand, move.step))) return;
    }
  }
}

async function prepare(deps: WorkerDependencies, hand: Hand): Promise<boolean> {
  const { context } = hand;
  const result = await prepareRun(deps, context, hand.signal);
  if (hand.signal.aborted) return false;
  const now = deps.clock.now();
  if (result.kind === 'refused') {
    await hand.commit(concludeRefused(context, result.refusals, now));
    return false;
  }
  return hand.commit(stepCommit.planned(context, result.plan, now));
}

/** One attempt of one step. The outcome is written only by whoever still holds the lease. */
async function attempt(deps: WorkerDependencies, hand: Hand, step: RunStep): Promise<boolean> {
  const { context } = hand;
  const now = deps.clock.now();
  if (!(await hand.commit(stepCommit.started(context, step, now)))) return false;
  const row = context.steps.find((one) => one.ordinal === step.ordinal) ?? step;
  const applied = await applyOnce(deps, hand, row);
  if (hand.signal.aborted) return false;
  const at = deps.clock.now();
  const outcome = limitOutcome(row, applied.outcome, at);
  deps.observe?.({ kind: 'step', runId: context.run.id, step: row.planned.step.kind, outcome: outcome.kind });
  const recorded = recordStep(row, outcome, at);
  const commit = stepCommit.recorded(context, row, recorded, outcome, applied.checks, at);
  if (outcome.kind !== 'failed') return hand.commit(commit);
  const concluded = concludeFailed(context, row, outcome.reason, outcome.advice, at);
  await hand.commit({
    ...commit,
    ...concluded,
    events: [...(commit.events ?? []), ...(concluded.events ?? [])],
  });
  return false;
}

/** A fault of our own is not a verdict about the world: the step waits and is tried again, until its limit ends it. */
async function applyOnce(
  deps: WorkerDependencies,
  { context, signal }: Hand,
  row: RunStep,
): Promise<Applied> {
  try {
    return await withDeadline(deps.clock, row.planned.limits.heartbeatMs, signal, (deadline) =>
      applyStep(deps, context, row, deadline),
    );
  } catch (error) {
    const note = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: { kind: 'waiting', until: deps.clock.now() + retryAfterFaultMs, note } };
  }
}

const retryAfterFaultMs = 5_000;
