import type { Change } from '../../../deployment/deployment.ts';
import type { FlagValue } from '../../contracts/flag-state.ts';
import { changesOf } from '../change-schemas.ts';
import { firstSinceTarget } from '../first-since-target.ts';
import type { WayContext } from '../way.ts';
import { type FlagChange, flagChange, isSameFlag } from './change.ts';

export type FlagContext = WayContext<unknown, FlagChange>;

/** Whether the target served right before the deployment: its *before* is then what the target left behind. */
export function followsTarget({ deployment, target }: Pick<FlagContext, 'deployment' | 'target'>): boolean {
  return deployment.previousDeploymentId === target.id;
}

/**
 * What a flag goes back to: what it was before the deployment. For a target further back, what that target left it at, where
 * that is known. Null where nothing was recorded.
 */
export function returnsTo(change: FlagChange, context: FlagContext): FlagValue | null {
  if (followsTarget(context)) return change.before;
  return leftByTarget(change, context) ?? change.before;
}

/** What that target itself set it to, else what it was before the first release after it that did. */
export function leftByTarget({ target: flag }: FlagChange, context: FlagContext): FlagValue | null {
  const ofFlag = (changes: readonly Change[]) =>
    changesOf(flagChange, changes).find((one) => isSameFlag(one.target, flag));
  return ofFlag(context.target.changes)?.after ?? firstSinceTarget(context, ofFlag)?.before ?? null;
}
