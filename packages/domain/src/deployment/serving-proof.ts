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

/** It served for most of its window, and only its last look is missing or bad: a little later may tell. */
export function awaitsLook(deployment: Deployment, slot: number): boolean {
  return !isTooRare(deployment) && servingDoubt(deployment, slot) !== null;
}

function isTooRare(deployment: Deployment): boolean {
  return deployment.looks.served < dueLooks(deployment) * servedShare;
}
