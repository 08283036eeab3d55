import type { SlotCommit } from '@lastgood/domain';
import { dayZero } from '../../scenario/builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

export const emptySlot: SlotCommit = { states: [], readings: [], asks: [], tripped: [], lateMs: 0 };

/** When a slot begins, by its number. */
export const slot = (n: number): number => dayZero + n * 15_000;

/** Claims of the first chunk. */
export function claimsOf(store: () => StoreUnderTest) {
  const claim = (n: number, replica = 'one') => store().slots.claim(slot(n), 0, replica, 15_000);
  /** One that has to come about. */
  async function taken(n: number, replica = 'one') {
    const claimed = await claim(n, replica);
    if (!claimed) throw new Error('the slot is taken');
    return claimed;
  }
  return { claim, taken };
}
