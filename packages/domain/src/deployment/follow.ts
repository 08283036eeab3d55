import { baseline } from './baseline.ts';
import { captureAfter, changedSince, type ObservedWorkload } from './capture.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import { detect } from './detect.ts';
import { endSilent } from './end-rollout.ts';
import type { FollowedService } from './followed-service.ts';

/**
 * Judge what was observed of one service: a baseline when nothing is recorded, a new template as a detected deployment,
 * *after* of the newest one, and the end of one whose pipeline went silent. Null when nothing changes.
 */
export function followService(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit | null {
  if (observed.length === 0 || followed.activeRunId !== null) return null;
  const { latest } = followed;
  if (!latest) return { newDeployments: [baseline(followed, observed, now)] };
  const changed = latest.status === 'in_progress' ? [] : changedSince(latest, observed);
  if (changed.length > 0) return detect(followed, changed, now);
  return refresh(latest, observed, followed, now);
}

function refresh(
  latest: Deployment,
  observed: readonly ObservedWorkload[],
  followed: FollowedService,
  now: number,
): DeploymentCommit | null {
  const captured = captureAfter(latest, observed);
  const current: Deployment = { ...latest, ...captured };
  const ended =
    latest.status === 'in_progress' && latest.origin !== 'rollback'
      ? endSilent(current, observed, followed, now)
      : null;
  if (!captured && !ended) return null;
  return {
    deployments: [{ id: latest.id, ...captured, ...ended?.patch }],
    events: ended ? [ended.event] : [],
  };
}
