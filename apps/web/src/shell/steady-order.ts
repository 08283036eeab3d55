/** A list item as it is shown; `gone` when it has left the list while the pointer held the list still. */
export interface Steady<T> {
  key: string;
  item: T;
  gone: boolean;
}

/**
 * Nothing moves under the finger: while `held`, items keep the places they had, those that left stay in place marked
 * `gone`, and new ones wait. `waiting` counts them so that the screen can announce them.
 */
export function steadyOrder<T>(
  shown: readonly Steady<T>[],
  items: readonly T[],
  keyOf: (item: T) => string,
  held: boolean,
): { list: Steady<T>[]; waiting: number } {
  const fresh = items.map((item) => ({ key: keyOf(item), item, gone: false }));
  if (!held || shown.length === 0) return { list: fresh, waiting: 0 };
  const byKey = new Map(fresh.map((one) => [one.key, one]));
  const list = shown.map((old) => byKey.get(old.key) ?? { ...old, gone: true });
  const known = new Set(shown.map((one) => one.key));
  return { list, waiting: fresh.filter((one) => !known.has(one.key)).length };
}
