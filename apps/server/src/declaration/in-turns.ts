import { nextTurn } from '@lastgood/adapters';

/**
 * What is found of each item, one after the other, with a turn for everything else between two: reading a query takes
 * milliseconds, and a declaration may hold a hundred.
 */
export async function inTurns<Item, Found>(
  items: readonly Item[],
  find: (item: Item, index: number) => readonly Found[],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const [index, item] of items.entries()) {
    await nextTurn();
    found.push(...find(item, index));
  }
  return found;
}
