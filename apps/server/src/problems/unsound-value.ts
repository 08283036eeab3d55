/** What of a value cannot be kept or answered again, as a JSON Pointer to it and in words. */
export interface Unsound {
  path: string;
  message: string;
}

/** Why a text cannot be stored and answered again as it is; null when it can. */
export function unsoundText(text: string): string | null {
  if (text.includes('\0')) return 'must not hold the character NUL (\\u0000)';
  return text.isWellFormed() ? null : 'must not hold half of a surrogate pair (\\ud800 to \\udfff)';
}

/**
 * The first fault in a parsed value: a text or a name that is no Unicode, or a number out of range. A path is put together only
 * for what is told. How deep a value is was judged before it was parsed.
 */
export function findUnsound(value: unknown): Unsound | null {
  if (typeof value === 'string') return told(unsoundText(value));
  if (typeof value === 'number')
    return told(Number.isFinite(value) ? null : 'must be a number of at most 1.8e308');
  if (typeof value !== 'object' || value === null) return null;
  return Array.isArray(value) ? findInList(value) : findInObject(value);
}

function findInList(items: readonly unknown[]): Unsound | null {
  for (let index = 0; index < items.length; index += 1) {
    const found = findUnsound(items[index]);
    if (found) return within(String(index), found);
  }
  return null;
}

function findInObject(members: object): Unsound | null {
  for (const [name, inner] of Object.entries(members)) {
    const message = unsoundText(name);
    if (message !== null) return { path: '', message: `has a name that ${message}` };
    const found = findUnsound(inner);
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
