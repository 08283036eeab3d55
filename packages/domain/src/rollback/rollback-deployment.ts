import {
  type Change,
  changeOf,
  type Deployment,
  type DeploymentPatch,
  type NewDeployment,
  newDeployment,
  type WorkloadChange,
  workloadChanges,
} from '../deployment/deployment.ts';
import { instantAfter } from '../instant-after.ts';
import { isSameWorkload } from '../workload/workload.ts';
import type { ClaimedMember } from './claimed-run.ts';
import { contractOf } from './contract-of.ts';
import type { FoundAtStop } from './found-at-stop.ts';
import { withIncluded } from './included.ts';
import { laneId } from './lanes.ts';
import { leftStanding, type Reached } from './left-standing.ts';
import { changesWhatServes, mayHaveChanged } from './open-step.ts';
import type { Run, RunStep, StepOutcome } from './run.ts';

/** A run with what surrounds it, as conclusions need it. */
export interface RunContext extends ClaimedMember {
  run: Run;
  steps: readonly RunStep[];
  /** Of a run that stops: its workloads, read afresh. Absent where it has none, or goes on. */
  found?: readonly FoundAtStop[];
  /** The newest release in the records of its service where it stops; absent where nobody has asked. */
  newest?: Deployment | null | undefined;
}

/** The deployment row of a run has a stable id, so that a run that is taken over or resumed does not make a second one. */
export function rollbackDeploymentId(run: Pick<Run, 'id' | 'lane'>): string {
  return `${laneId(run)}-rollback`;
}

/** The run that a rollback's deployment is of. */
export function runOfRollbackDeployment(id: string): string {
  return id.replace(/(\.\d+)?-rollback$/, '');
}

/**
 * Whether the rollback is a deployment from now on: with the first step that changes the world and is in place, at work, or
 * may be. Before that nothing has changed; after that no crash leaves a world which no deployment explains.
 *
 * @param sent whether the effect of the step is or may be out there, by this attempt or an earlier one
 */
export function recordsRollback(
  { isRecorded }: Pick<RunContext, 'isRecorded'>,
  step: RunStep,
  { outcome, sent }: { outcome: StepOutcome; sent: boolean },
): boolean {
  return !isRecorded && mayHaveChanged(step, outcome.kind === 'applied' || sent);
}

/** A finished or running rollback is itself a deployment: its row appears with its first change of the world. */
export function rollbackDeployment(context: RunContext, now: number): NewDeployment {
  const { run, deployment } = context;
  return newDeployment({
    id: rollbackDeploymentId(run),
    service: run.service,
    origin: 'rollback',
    strategy: deployment.strategy,
    previousDeploymentId: deployment.id,
    // One that stops is planned anew by what stood before the release.
    stood: deployment.stood,
    startedAt: now,
    ...asReached(context, now),
  });
}

/** While it goes on, its row says what has been done so far. */
export function progressedRollback(context: RunContext, now: number): DeploymentPatch {
  return { id: rollbackDeploymentId(context.run), ...asReached(context, now) };
}

/** The window after a rollback is watched like that of any deployment. */
export function completedRollback(context: RunContext, now: number): DeploymentPatch {
  const { steps } = context;
  const deployment = takenBack(context);
  const set = withProven(recordedBy(steps, deployment, now), steps, deployment, now);
  return {
    id: rollbackDeploymentId(context.run),
    status: 'completed',
    ...servedVersion(context, steps),
    changes: [...set, ...leftWorkloads(deployment, set)],
    stood: [],
    completedAt: now,
    watchEndsAt: instantAfter(now, context.service.policy.watchWindowMs),
  };
}

/**
 * A rollback that stopped changed only what it had set: a workload it never reached still runs what it ran.
 *
 * @param unsent ordinal of the step whose last attempt is known to have sent nothing; null when there is none
 */
export function stoppedRollback(context: RunContext, now: number, unsent: number | null): DeploymentPatch {
  return {
    id: rollbackDeploymentId(context.run),
    status: 'failed',
    ...asReached(context, now, unsent),
  };
}

/** With what the command has included, though it was not registered. */
function takenBack({ deployment, run }: RunContext): Deployment {
  return withIncluded(deployment, run.plan?.unregistered);
}

/** Only a step that changes what serves brings the target's version back, and the contracts it keeps. */
function servedVersion({ target, deployment }: RunContext, steps: readonly RunStep[]) {
  const { version, commit, contracts } = steps.some(changesWhatServes) ? target : deployment;
  return { version, commit, contracts };
}

/** What is in place, and what stands of the rest: a run that ends here is planned anew from that. */
function asReached(context: RunContext, now: number, unsent: number | null = null) {
  const { steps, service } = context;
  const deployment = takenBack(context);
  const reached = reachedBy(steps, unsent);
  const [set, maySet] = [reached.applied, reached.unknown].map((some) => {
    const recorded = recordedBy(some, deployment, now).filter(({ kind }) => kind === 'workload');
    return withProven(recorded, some, deployment, now);
  }) as [Change[], Change[]];
  return {
    ...servedVersion(context, reached.applied),
    changes: [
      ...set,
      ...leftStanding(deployment, service, reached, now),
      ...leftWorkloads(deployment, set, maySet),
    ],
  };
}

/** @param unsent see `stoppedRollback` */
export function reachedBy(steps: readonly RunStep[], unsent: number | null): Reached {
  return {
    applied: steps.filter((step) => step.status === 'applied'),
    unknown: steps.filter(
      (step) => step.status !== 'applied' && step.attempts > (step.ordinal === unsent ? 1 : 0),
    ),
  };
}

function recordedBy(steps: readonly RunStep[], deployment: Deployment, now: number): Change[] {
  return together(
    steps.flatMap(({ planned: { step } }) => contractOf(step).record?.(step, deployment, now) ?? []),
  );
}

/** What went back in stages is one change: each of them starts from where it all began, and the last is where it ended. */
function together(changes: readonly Change[]): Change[] {
  const byObject = Map.groupBy(changes, (change) =>
    JSON.stringify(change.kind === 'workload' ? change : [change.kind, change.target, change.before]),
  );
  return [...byObject.values()].flatMap((same) => same.at(-1) ?? []);
}

/**
 * And each workload that was seen to serve what somebody else has set: its owner, by what the run has told it. Only of what the
 * deployment has changed: everything else is as it was.
 */
function withProven(
  set: readonly Change[],
  steps: readonly RunStep[],
  deployment: Deployment,
  now: number,
): Change[] {
  const proven = steps
    .flatMap(({ planned: { step } }) => contractOf(step).recordsServing?.(step, deployment, now) ?? [])
    .filter(({ target }) => !set.some((one) => one.kind === 'workload' && isSameWorkload(one.target, target)))
    .filter(({ target }) => changeOf(deployment.changes, target) !== undefined);
  return [...set, ...proven];
}

/**
 * Each workload that the run does not set, as the deployment left it: a rollback that only turns a flag off is watched and
 * followed by what serves then. Where it may have been set, what serves is what is seen next.
 */
function leftWorkloads(
  deployment: Deployment,
  set: readonly Change[],
  maySet: readonly Change[] = [],
): Change[] {
  const isSetBy = (some: readonly Change[], { target }: WorkloadChange) =>
    some.some((one) => one.kind === 'workload' && isSameWorkload(one.target, target));
  return workloadChanges(deployment)
    .filter((change) => !isSetBy(set, change))
    .map((change) =>
      isSetBy(maySet, change)
        ? { ...change, before: null, after: null }
        : { ...change, before: change.after },
    );
}
