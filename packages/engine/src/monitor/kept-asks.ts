import { type Answer, type DueReading, isPackable, isStanding } from '@lastgood/domain';
import type { Advanced } from './judge-slot.ts';
import type { Asked } from './read-parts.ts';

/**
 * The queries of a slot that are kept: all but those about what stands that came to nothing. Nothing was or will be concluded from
 * these, and they are most of all that are sent; what they answered is kept as a reading.
 */
export function keptAsks(advanced: readonly Advanced[], asked: ReadonlyMap<DueReading, Asked>): Answer[] {
  return advanced.flatMap((one) => (isWorthKeeping(one) ? (asked.get(one.due)?.rows ?? []) : []));
}

function isWorthKeeping({ due, reading, given, state: { phase, heldMs } }: Advanced): boolean {
  return !isStanding(due.watched.deployment) || !isPackable({ ...given, reading, phase, heldMs }, true);
}
