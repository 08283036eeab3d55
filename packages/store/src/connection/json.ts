/** Infinite readings are numbers here, but JSON has no word for them: they travel as `{"$number": "Infinity"}`. */
const mark = '$number';

/** JSON that PostgreSQL's jsonb takes: no NUL, no lone surrogate, no number turned into null. */
export function toJson(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'number' && !Number.isFinite(inner)) return { [mark]: String(inner) };
    return typeof inner === 'string' ? storable(inner) : inner;
  });
}

/** Text columns refuse NUL, which a garbage answer of an outside system may well hold. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The reverse of `toJson`, on a value that is parsed already. What holds no such number, as almost all does, is returned as it is. */
export function fromJson<T>(value: unknown): T {
  return (hasMark(value) ? revive(value) : value) as T;
}

function hasMark(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasMark);
  return Object.hasOwn(value, mark) || Object.values(value).some(hasMark);
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === mark) return Number(entries[0][1]);
  return Object.fromEntries(entries.map(([key, inner]) => [key, revive(inner)]));
}
