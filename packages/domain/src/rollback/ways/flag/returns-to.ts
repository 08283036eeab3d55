import type { FlagValue } from '../../contracts/flag-state.ts';
import { changesOf } from '../change-schemas.ts';
import type { WayContext } from '../way.ts';
import { type FlagChange, flagChange, isSameFlag } from './change.ts';

export type FlagContext = WayContext<unknown, FlagChange>;

/** Whether the target served right before the deployment: its *before* is then what the target left behind. */
export function followsTarget({ deployment, target }: Pick<FlagContext, 'deployment' | 'target'>): boolean {
  return deployment.previousDeploymentId === target.id;
}

/**
 * What a flag goes back to: what it was before the deployment. For a target further back, what that target itself set it to,
 * where it did. Null where that was not recorded.
 */
export function returnsTo(change: FlagChange, context: FlagContext): FlagValue | null {
  if (followsTarget(context)) return change.before;
  return setByTarget(change, context) ?? change.before;
}

export function setByTarget({ target: flag }: FlagChange, { target }: FlagContext): FlagValue | null {
  const set = changesOf(flagChange, target.changes).find((one) => isSameFlag(one.target, flag));
  return set?.after ?? null;
}
