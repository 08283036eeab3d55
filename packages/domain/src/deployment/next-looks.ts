import type { Deployment } from './deployment.ts';
import { type Looks, lookEveryMs } from './looks.ts';
import type { OwnRollout } from './own-rollout.ts';

/** Looks due in the watch window. A window shorter than a slot has one. */
export function dueLooks({ completedAt, watchEndsAt }: Deployment): number {
  return Math.max(1, Math.floor(((watchEndsAt ?? 0) - (completedAt ?? 0)) / lookEveryMs));
}

/**
 * What is recorded of the deployment after this look; null when that is known already. One look a slot counts, and it counts
 * as serving only while no other look of its slot saw something else. Counting from what was stored, replicas that look at
 * the same time never count a slot twice.
 */
export function nextLooks(deployment: Deployment, seen: OwnRollout, now: number): Looks | null {
  const { looks } = deployment;
  const serves = seen.kind === 'serving';
  const slot = slotOf(deployment, now);
  if (looks.lastAt === null || slot > slotOf(deployment, looks.lastAt)) {
    const served = looks.served + (serves && counts(deployment, slot) ? 1 : 0);
    return { served, lastAt: now, lastServed: serves, doubt: serves ? looks.doubt : seen.doubt };
  }
  if (serves || !looks.lastServed) return null;
  const taken = counts(deployment, slotOf(deployment, looks.lastAt)) ? 1 : 0;
  return { served: looks.served - taken, lastAt: now, lastServed: false, doubt: seen.doubt };
}

/** The look that saw its rollout complete is the first of its window. */
export function firstLook(seen: OwnRollout, now: number): Looks {
  const serves = seen.kind === 'serving';
  return { served: serves ? 1 : 0, lastAt: now, lastServed: serves, doubt: serves ? null : seen.doubt };
}

function counts(deployment: Deployment, slot: number): boolean {
  return deployment.completedAt !== null && slot >= 0 && slot < dueLooks(deployment);
}

/** Counted from the window's start, negative before it. */
function slotOf({ startedAt, completedAt }: Deployment, at: number): number {
  return Math.floor((at - (completedAt ?? startedAt)) / lookEveryMs);
}
