import { isSameWorkload } from '../workload/workload.ts';
import { changedSince, type ObservedWorkload } from './capture.ts';
import type { NewDeployment } from './deployment.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import { detect } from './detect.ts';
import { detected } from './detected.ts';
import { firstSight, type TakenWorkload } from './first-sight.ts';
import type { FollowedService } from './followed-service.ts';

/**
 * What serves when the service is first seen is presumed good, so that the very first bad deploy can be taken back. A rollout
 * that is under way then is a deployment of its own. Null while nothing can be presumed good.
 */
export function baseline(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit | null {
  const seen = firstSight(observed);
  if (seen.kind === 'undecided') return null;
  const first = presumedGood(followed, observed, seen.taken, now);
  const latest = { ...first, release: 1 };
  const changed = changedSince(latest, observed);
  if (changed.length === 0) return { newDeployments: [first] };
  const { newDeployments = [], ...news } = detect({ ...followed, latest }, changed, observed, now);
  return { ...news, newDeployments: [first, ...newDeployments] };
}

function presumedGood(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  taken: readonly TakenWorkload[],
  now: number,
): NewDeployment {
  return detected(followed, taken, now, {
    status: 'completed',
    proof: 'presumed_good',
    completedAt: now,
    watchClosedAt: now,
    changes: observed.map(({ workload, snapshot }) => {
      const serves = taken.find((one) => isSameWorkload(one.workload, workload));
      // One at zero is known as it is, so that what comes there later is seen to differ.
      const [before, after] = serves ? [null, serves.snapshot] : [snapshot, snapshot];
      return { kind: 'workload', target: workload, before, after };
    }),
  });
}
