import { type DeploymentStore, type FollowedService, followService, type Rollout } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { observeService, type ServiceObservation } from './observe-service.ts';

export interface LookDependencies {
  deployments: Pick<DeploymentStore, 'followed' | 'commit'>;
  clock: Clock;
}

/**
 * Judges one observation of one service and commits what follows: a baseline, what deployments left behind, an unregistered
 * one, the end of a silent one. True when something was written.
 */
export async function lookAtService(
  deps: LookDependencies,
  followed: FollowedService,
  { seen, trouble }: ServiceObservation,
): Promise<boolean> {
  // Half an observation is none: a workload missing from it would look unchanged.
  if (trouble.length > 0) return false;
  if (!followService(followed, seen, deps.clock.now())) return false;
  // Looking took its time: a pipeline may have registered meanwhile what would be called detected now.
  const newest = (await deps.deployments.followed([followed.service.key]))[0];
  const commit = newest ? followService(newest, seen, deps.clock.now()) : null;
  if (!commit) return false;
  await deps.deployments.commit(commit);
  return true;
}

export interface LookOnceDependencies extends LookDependencies {
  rollout: Rollout;
  /** Deadline of the service's reads. */
  deadlineMs: number;
}

/** Looks at one service in the cluster itself, now; in words what could not be seen of it. */
export async function lookOnce(
  deps: LookOnceDependencies,
  service: string,
  signal: AbortSignal,
): Promise<string[]> {
  const followed = (await deps.deployments.followed([service]))[0];
  if (!followed) return [];
  const observation = await withDeadline(deps.clock, deps.deadlineMs, signal, (deadline) =>
    observeService(deps.rollout, followed.service, deadline),
  );
  await lookAtService(deps, followed, observation);
  return observation.trouble;
}
