import type { Deployment } from './deployment.ts';

/**
 * Watched while in progress and for the window after completion. A rollback's own row is watched from its completion
 * on: before that the run itself is looking, and what is measured still comes from the version taken back.
 */
export function isWatched(deployment: Deployment): boolean {
  if (deployment.watchClosedAt !== null) return false;
  if (deployment.status === 'in_progress') return deployment.origin !== 'rollback';
  return deployment.status === 'completed' && deployment.watchEndsAt !== null;
}

/** Whether a deployment may be returned to. */
export function isGoodTarget(deployment: Deployment): boolean {
  return deployment.proof === 'verified' || deployment.proof === 'presumed_good';
}

/** How much of the cooldown is left; 0 when it is over or no attempt was made. */
export function cooldownLeftMs(lastAttemptAt: number | null, cooldownMs: number, now: number): number {
  return lastAttemptAt === null ? 0 : Math.max(0, lastAttemptAt + cooldownMs - now);
}
