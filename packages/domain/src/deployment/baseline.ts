import type { ObservedWorkload } from './capture.ts';
import type { NewDeployment } from './deployment.ts';
import { detected } from './detected.ts';
import type { FollowedService } from './followed-service.ts';

/** What served when the service was first seen: presumed good, so that the very first bad deploy can be taken back. */
export function baseline(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): NewDeployment {
  return detected(followed, observed, now, {
    status: 'completed',
    proof: 'presumed_good',
    completedAt: now,
    watchClosedAt: now,
    changes: observed.map(({ workload, snapshot }) => ({
      kind: 'workload',
      target: workload,
      before: null,
      after: snapshot,
    })),
  });
}
