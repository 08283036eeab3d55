/** What of a value cannot be kept or answered again, as a JSON Pointer to it and in words. */
export interface Unsound {
  path: string;
  message: string;
}

/** Deeper than anything that a person or a pipeline declares. */
const deepest = 32;

/** Why a text cannot be stored and answered again as it is; null when it can. */
export function unsoundText(text: string): string | null {
  if (text.includes('\0')) return 'must not hold the character NUL (\\u0000)';
  return text.isWellFormed() ? null : 'must not hold half of a surrogate pair (\\ud800 to \\udfff)';
}

/**
 * The first fault in a parsed value: a text or a name that is no Unicode, a number out of range, or too many levels. Made for
 * bodies of a megabyte: a path is put together only for what is told.
 */
export function findUnsound(value: unknown, level = 0): Unsound | null {
  if (typeof value === 'string') return told(unsoundText(value));
  if (typeof value === 'number')
    return told(Number.isFinite(value) ? null : 'must be a number of at most 1.8e308');
  if (typeof value !== 'object' || value === null) return null;
  if (level >= deepest) return told(`must not nest deeper than ${deepest} levels`);
  return Array.isArray(value) ? findInList(value, level) : findInObject(value, level);
}

function findInList(items: readonly unknown[], level: number): Unsound | null {
  for (let index = 0; index < items.length; index += 1) {
    const found = findUnsound(items[index], level + 1);
    if (found) return within(String(index), found);
  }
  return null;
}

function findInObject(members: object, level: number): Unsound | null {
  for (const [name, inner] of Object.entries(members)) {
    const message = unsoundText(name);
    if (message !== null) return { path: '', message: `has a name that ${message}` };
    const found = findUnsound(inner, level + 1);
    if (found) return within(name, found);
  }
  return null;
}

function told(message: string | null): Unsound | null {
  return message === null ? null : { path: '', message };
}

/** RFC 6901: ~ and / are escaped within a name. */
function within(name: string, { path, message }: Unsound): Unsound {
  return { path: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${path}`, message };
}
