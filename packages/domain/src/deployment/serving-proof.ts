import type { Deployment } from './deployment.ts';
import { lookEveryMs } from './looks.ts';
import { dueLooks } from './next-looks.ts';

/** Share of the looks due in the window that must have seen it serve: a restart or an eviction may cost one in ten. */
const servedShare = 0.9;

/** A look older than this says nothing about now. */
const recentMs = 2 * lookEveryMs;

/** Why it is not proven that the deployment's own pods served, in words; null when it is. */
export function servingDoubt(deployment: Deployment, slot: number): string | null {
  const { served, lastAt, lastServed, doubt } = deployment.looks;
  const why = doubt === null ? '' : `: ${doubt}`;
  if (isTooRare(deployment))
    return `its own pods served in ${served} of ${dueLooks(deployment)} looks, fewer than 90 %${why}`;
  if (!lastServed) return `its own pods did not serve at the end of its watch${why}`;
  if (lastAt === null || slot - lastAt > recentMs) return 'its pods were not seen at the end of its watch';
  return null;
}

/**
 * It served for most of its window, and only its last look is missing or bad, as while it is scaled up or the server restarts:
 * a little later may tell, for one more window at the most.
 */
export function awaitsLook(deployment: Deployment, slot: number): boolean {
  return slot < lastEndOf(deployment) && !isTooRare(deployment) && servingDoubt(deployment, slot) !== null;
}

/** Until when the end of a watch waits for what is only missing: one more window. */
export function lastEndOf({ completedAt, watchEndsAt }: Deployment): number {
  return 2 * (watchEndsAt ?? 0) - (completedAt ?? 0);
}

function isTooRare(deployment: Deployment): boolean {
  return deployment.looks.served < dueLooks(deployment) * servedShare;
}
