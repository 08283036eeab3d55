import {
  type ClaimedRun,
  type RunCommit,
  type RunStep,
  type RunStore,
  type StepPatch,
  withChecks,
} from '@lastgood/domain';
import type { HeldLease } from './hold-lease.ts';
import type { WorkContext } from './work-context.ts';

/** A run in hand: what was committed so far, and how to commit more. */
export interface Hand {
  context: WorkContext;
  /** Ordinal of the step that was committed as started together with the outcome before it, until it is applied. */
  begun: number | null;
  /** Writes under the fence and follows it in `context`; false when the lease was lost. */
  commit(commit: RunCommit): Promise<boolean>;
  /** Whether the lease is lost or may be, or the worker is told to stop. Asked before every act. */
  lost(): boolean;
  signal: AbortSignal;
}

export function takeInHand(runs: RunStore, claimed: ClaimedRun, held: HeldLease, onLost: () => void): Hand {
  const hand: Hand = {
    context: { ...claimed },
    begun: null,
    signal: held.signal,
    lost: () => held.signal.aborted || held.expired(),
    async commit(commit) {
      const isWritten = await runs.commit(claimed.lease, commit);
      if (isWritten) hand.context = followed(hand.context, commit);
      else onLost();
      return isWritten;
    },
  };
  return hand;
}

/** The context as the store has it after a commit. */
export function followed(context: WorkContext, commit: RunCommit): WorkContext {
  const run = { ...context.run, ...commit.run };
  const members = run.members?.map((one) => ({
    ...one,
    ...commit.members?.find((patch) => patch.lane === one.lane),
  }));
  return {
    ...context,
    run: members ? { ...run, members } : run,
    steps: (commit.newSteps ?? context.steps).map((step) => patched(step, commit.steps ?? [])),
    checks: commit.checks ? withChecks(context.checks, commit.checks) : context.checks,
  };
}

function patched(step: RunStep, patches: readonly StepPatch[]): RunStep {
  const found = patches.find(({ ordinal }) => ordinal === step.ordinal);
  if (!found) return step;
  const { attempt, ...patch } = found;
  return { ...step, ...patch, attempts: step.attempts + (attempt ? 1 : 0) };
}
