/** A value as a template has it. */
export type Part = unknown;

export type Members = Record<string, Part>;

/** The members of an object; none for anything else. */
export function membersOf(value: Part): Members {
  return isObject(value) ? value : {};
}

export function isObject(value: Part): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements of a list that are objects, by what tells them apart; the last of a name counts. */
export function byName(list: Part, ...keys: readonly string[]): Map<string, Members> {
  if (!Array.isArray(list)) return new Map();
  return new Map(
    list.filter(isObject).map((element, index): [string, Members] => {
      const named = keys.map((key) => element[key]).filter((part) => part != null && part !== '');
      return [named.length > 0 ? named.map(String).join(' ') : `${index + 1}`, element];
    }),
  );
}

/** As text, with the keys of objects in a fixed order: what is equal reads equal. */
export function asText(value: Part): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
