import { instantAfter } from '../instant-after.ts';
import type { ServicePolicy } from '../service/service.ts';
import type { Deployment, DeploymentStatus, Proof } from './deployment.ts';

/** What of a deployment tells whether it is watched. */
export type Watchable = Pick<Deployment, 'status' | 'origin' | 'watchEndsAt' | 'watchClosedAt'>;

/**
 * Watched while in progress and for the window after completion. One whose rollout failed in its time is watched on, because
 * its pods may harm: triggers can still take it back. A rollback's own row is watched from its completion on: before that
 * the run itself is looking, and what is measured still comes from the version taken back.
 */
export function isWatched(deployment: Watchable): boolean {
  if (deployment.watchClosedAt !== null) return false;
  const { status, origin } = deployment;
  if (status === 'in_progress' || status === 'failed') return origin !== 'rollback';
  return deployment.status === 'completed' && deployment.watchEndsAt !== null;
}

/** What a deployment that may be returned to has. One that was taken back is bad whatever its watch had proven. */
export const goodStatus: DeploymentStatus = 'completed';
export const goodProofs: readonly Proof[] = ['verified', 'presumed_good'];

/** Whether a deployment may be returned to. */
export function isGoodTarget({ status, proof }: Pick<Deployment, 'status' | 'proof'>): boolean {
  return status === goodStatus && goodProofs.includes(proof);
}

/** Whether the last known good, which is looked for further back than what a rollback returned to, may be returned to. */
export function canGoBack({
  lastKnownGood,
}: {
  lastKnownGood: Pick<Deployment, 'status' | 'proof'> | null;
}): boolean {
  return lastKnownGood !== null && isGoodTarget(lastKnownGood);
}

/**
 * How long what is measured after a rollback may still be the version taken back: as long as the cooldown, and half of the
 * watch window at the most.
 */
export function settlingMs({ cooldownMs, watchWindowMs }: ServicePolicy): number {
  return Math.min(cooldownMs, watchWindowMs / 2);
}

/**
 * Whether what is measured may still be the version that a rollback took back: rates look minutes into the past.
 */
export function isSettling(deployment: Deployment, policy: ServicePolicy, slot: number): boolean {
  if (deployment.origin !== 'rollback' || deployment.completedAt === null) return false;
  return slot < instantAfter(deployment.completedAt, settlingMs(policy));
}

/** How much of the cooldown is left; 0 when it is over or no attempt was made. */
export function cooldownLeftMs(lastAttemptAt: number | null, cooldownMs: number, now: number): number {
  return lastAttemptAt === null ? 0 : Math.max(0, instantAfter(lastAttemptAt, cooldownMs) - now);
}
