import { type DeploymentStore, type FollowedService, followService, type Rollout } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { observeService } from './observe-service.ts';

export interface FollowerDependencies {
  deployments: DeploymentStore;
  rollout: Rollout;
  clock: Clock;
  /** Services read at the same time. */
  concurrency: number;
  /** Deadline of one service's reads. */
  deadlineMs: number;
}

export interface FollowReport {
  services: number;
  changed: number;
  /** Service key to what could not be seen of it. */
  trouble: Map<string, string[]>;
}

export interface Follower {
  /** Looks at every service once: captures what deployments left behind, detects unregistered ones, ends silent ones. */
  follow(signal: AbortSignal): Promise<FollowReport>;
}

export function createFollower(deps: FollowerDependencies): Follower {
  return {
    async follow(signal) {
      const report: FollowReport = { services: 0, changed: 0, trouble: new Map() };
      const queue = await deps.deployments.followed();
      const next = async (): Promise<void> => {
        for (let one = queue.shift(); one && !signal.aborted; one = queue.shift())
          await followOne(deps, one, report, signal);
      };
      await Promise.all(Array.from({ length: deps.concurrency }, next));
      return report;
    },
  };
}

async function followOne(
  deps: FollowerDependencies,
  followed: FollowedService,
  report: FollowReport,
  signal: AbortSignal,
) {
  const { seen, trouble } = await withDeadline(deps.clock, deps.deadlineMs, signal, (deadline) =>
    observeService(deps.rollout, followed.service, deadline),
  );
  report.services += 1;
  if (trouble.length > 0) report.trouble.set(followed.service.key, trouble);
  // Half an observation is none: a workload missing from it would look unchanged.
  if (trouble.length > 0 || signal.aborted) return;
  if (!followService(followed, seen, deps.clock.now())) return;
  // Looking took its time: a pipeline may have registered meanwhile what would be called detected now.
  const newest = (await deps.deployments.followed([followed.service.key]))[0];
  const commit = newest ? followService(newest, seen, deps.clock.now()) : null;
  if (!commit) return;
  await deps.deployments.commit(commit);
  report.changed += 1;
}
