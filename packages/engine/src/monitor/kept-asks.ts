import { type Answer, isPackable, isStanding } from '@lastgood/domain';
import type { Advanced } from './judge-slot.ts';

/**
 * The queries of a slot that are kept: all but those about what stands that came to nothing. Nothing was or will be concluded from
 * these, and they are most of all that are sent; what they answered is kept as a reading.
 *
 * @param rows what was sent, in the order of `advanced`: for each its query, then its companion's
 */
export function keptAsks(advanced: readonly Advanced[], rows: readonly Answer[]): Answer[] {
  let next = 0;
  return advanced.flatMap((one) => {
    const from = next;
    next += one.due.samples ? 2 : 1;
    return isWorthKeeping(one) ? rows.slice(from, next) : [];
  });
}

function isWorthKeeping({ due, reading, given, state: { phase, heldMs } }: Advanced): boolean {
  return !isStanding(due.watched.deployment) || !isPackable({ ...given, reading, phase, heldMs }, true);
}
