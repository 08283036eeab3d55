import { type ClaimedRun, patchedStep, type RunCommit, type RunStore, withChecks } from '@lastgood/domain';
import type { HeldLease } from './hold-lease.ts';
import type { WorkContext } from './work-context.ts';

/** A run in hand: what was committed so far, and how to commit more. */
export interface Hand {
  context: WorkContext;
  /** Ordinal of the step that was committed as started together with what came before it, until it is applied. */
  begun: number | null;
  /** How long the run was due before it was taken in hand; 0 once a step of it was begun. */
  unattendedMs: number;
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
    unattendedMs: claimed.unattendedMs,
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
    steps: (commit.newSteps ?? context.steps).map((step) => patchedStep(step, commit.steps ?? [])),
    checks: commit.checks ? withChecks(context.checks, commit.checks) : context.checks,
  };
}
