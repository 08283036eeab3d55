import { baseline } from './baseline.ts';
import { captureAfter, changedSince, type ObservedWorkload } from './capture.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import { detect } from './detect.ts';
import { isWatched } from './eligibility.ts';
import { endRollout } from './end-rollout.ts';
import type { FollowedService } from './followed-service.ts';
import { nextLooks } from './next-looks.ts';
import { ownRollout } from './own-rollout.ts';

/**
 * Judge what was observed of one service: a baseline when nothing is recorded, a new template as a detected deployment;
 * of the newest one its *after*, the end of its rollout, and a look at whether it serves. Null when nothing changes.
 */
export function followService(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit | null {
  if (observed.length === 0 || followed.activeRunId !== null) return null;
  const { latest } = followed;
  if (!latest) return baseline(followed, observed, now);
  const changed = latest.status === 'in_progress' ? [] : changedSince(latest, observed);
  if (changed.length > 0) return detect(followed, changed, now);
  return refresh(latest, observed, followed, now);
}

function refresh(
  latest: Deployment,
  observed: readonly ObservedWorkload[],
  { service }: FollowedService,
  now: number,
): DeploymentCommit | null {
  const captured = captureAfter(latest, observed);
  const current: Deployment = { ...latest, ...captured };
  const seen = ownRollout(current, observed);
  const ended = endRollout(current, seen, service, now);
  const looks = ended || !isWatched(current) ? null : nextLooks(current, seen, now);
  if (!captured && !ended && !looks) return null;
  return {
    deployments: [{ id: latest.id, ...captured, ...(looks && { looks }), ...ended?.patch }],
    events: ended?.events ?? [],
    notifications: ended?.notifications ?? [],
  };
}
