/** A list item as it is shown; `gone` when it has left the list while the pointer held the list still. */
export interface Steady<T> {
  key: string;
  item: T;
  /** Where on the page it stands: the place it had when the pointer came, or `late`. */
  place: string;
  gone: boolean;
}

/** The place of what came while the pointer held the page still: below everything else. */
export const latePlace = 'late';

/**
 * Nothing moves under the pointer: while `held`, items keep the places they had, those that left stay in place marked
 * `gone`, and new ones, the first of an empty list too, are appended below.
 */
export function steadyOrder<T>(
  shown: readonly Steady<T>[],
  items: readonly T[],
  keyOf: (item: T) => string,
  held: boolean,
  placeOf: (item: T) => string = () => '',
): Steady<T>[] {
  const fresh = items.map((item) => ({ key: keyOf(item), item, place: placeOf(item), gone: false }));
  if (!held) return fresh;
  const byKey = new Map(fresh.map((one) => [one.key, one]));
  const known = new Set(shown.map((one) => one.key));
  return [
    ...shown.map((old) => {
      const one = byKey.get(old.key);
      return one ? { ...one, place: old.place } : { ...old, gone: true };
    }),
    ...fresh.filter((one) => !known.has(one.key)).map((one) => ({ ...one, place: latePlace })),
  ];
}
