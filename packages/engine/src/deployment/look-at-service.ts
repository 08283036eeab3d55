import {
  type DeploymentCommit,
  type DeploymentStore,
  type FollowedService,
  followService,
  withNotices,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import type { ServiceObservation } from './observe-service.ts';

export interface LookDependencies {
  deployments: Pick<DeploymentStore, 'followed' | 'commit' | 'absences' | 'deployment'>;
  clock: Clock;
}

/**
 * Judges one observation of one service and commits what follows: a baseline, what deployments left behind, an unregistered
 * one, the end of a silent one. True when something was written.
 */
export async function lookAtService(
  deps: LookDependencies,
  followed: FollowedService,
  { seen, unreachable, gone }: ServiceObservation,
): Promise<boolean> {
  // Half an observation is none. But one that is not there keeps the others from nothing.
  if (unreachable || gone) return false;
  if (!followService(followed, seen, deps.clock.now())) return false;
  // Looking took its time: a pipeline may have registered meanwhile what would be called detected now.
  const newest = (await deps.deployments.followed([followed.service.key]))[0];
  const commit = newest ? await judge(deps, newest, seen) : null;
  if (!commit) return false;
  await deps.deployments.commit(commit);
  return true;
}

/** What ends a rollout is judged once more with the times in which nobody looked at it: they are not counted. */
async function judge(
  { deployments, clock }: LookDependencies,
  newest: FollowedService,
  seen: ServiceObservation['seen'],
): Promise<DeploymentCommit | null> {
  const commit = withNotices(followService(newest, seen, clock.now()), newest.service, seen);
  const { latest } = newest;
  if (latest && commit?.newDeployments) return named(deployments, newest, seen, clock.now(), commit);
  const endsLate = commit?.deployments?.some(({ id, status }) => id === latest?.id && status === 'failed');
  if (!latest || !endsLate) return commit;
  return followService({ ...newest, absences: await deployments.absences(latest.id) }, seen, clock.now());
}

/** After a rollback what comes is compared with what was taken back: its commit is what to revert, should it be that. */
async function named(
  deployments: LookDependencies['deployments'],
  followed: FollowedService,
  seen: ServiceObservation['seen'],
  now: number,
  commit: DeploymentCommit,
): Promise<DeploymentCommit | null> {
  const { latest } = followed;
  if (latest?.origin !== 'rollback' || latest.previousDeploymentId === null) return commit;
  const takenBack = await deployments.deployment(latest.previousDeploymentId);
  if (!takenBack) return commit;
  return withNotices(followService({ ...followed, takenBack }, seen, now), followed.service, seen);
}
