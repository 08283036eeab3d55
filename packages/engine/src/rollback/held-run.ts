import {
  type ClaimedRun,
  laneOf,
  patchedStep,
  type RunCommit,
  type RunStore,
  rollbackDeploymentId,
  withChecks,
} from '@lastgood/domain';
import type { HeldLease } from './hold-lease.ts';
import type { WorkContext } from './work-context.ts';

/** A run held under a lease: what was committed so far, and how to commit more. */
export interface HeldRun {
  context: WorkContext;
  /** Ordinal of the step that was committed as started together with what came before it, until it is applied. */
  begun: number | null;
  /** How long the run was due before it was claimed; 0 once a step of it was begun. */
  unattendedMs: number;
  /** Writes under the fence and follows it in `context`; false when the lease was lost. */
  commit(commit: RunCommit): Promise<boolean>;
  /** Whether the lease is lost or may be, or the worker is told to stop. Asked before every act. */
  lost(): boolean;
  signal: AbortSignal;
}

export function holdRun(runs: RunStore, claimed: ClaimedRun, lease: HeldLease, onLost: () => void): HeldRun {
  const held: HeldRun = {
    context: { ...claimed },
    begun: null,
    unattendedMs: claimed.unattendedMs,
    signal: lease.signal,
    lost: () => lease.signal.aborted || lease.expired(),
    async commit(commit) {
      const isWritten = await runs.commit(claimed.lease, commit);
      if (isWritten) held.context = followed(held.context, commit);
      else onLost();
      return isWritten;
    },
  };
  return held;
}

/** The context as the store has it after a commit. */
export function followed(context: WorkContext, commit: RunCommit): WorkContext {
  const run = { ...context.run, ...commit.run };
  const members = run.members?.map((one) => ({
    ...one,
    ...commit.members?.find((patch) => patch.lane === one.lane),
  }));
  return {
    ...recorded(context, commit),
    run: members ? { ...run, members } : run,
    steps: (commit.newSteps ?? context.steps).map((step) => patchedStep(step, commit.steps ?? [])),
    checks: commit.checks ? withChecks(context.checks, commit.checks) : context.checks,
  };
}

/** Whose rollback has become a deployment. */
function recorded(context: WorkContext, { newDeployments = [] }: RunCommit): WorkContext {
  const { run, members, deployment } = context;
  const isWritten = (lane: number) =>
    newDeployments.some(({ id }) => id === rollbackDeploymentId(laneOf(run, lane)));
  const all = members?.map((one, lane) => ({ ...one, isRecorded: one.isRecorded || isWritten(lane) }));
  const own = all?.find((one) => one.deployment.id === deployment.id);
  const isRecorded = own?.isRecorded ?? (context.isRecorded || isWritten(0));
  return { ...context, isRecorded, members: all };
}
