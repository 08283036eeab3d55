/**
 * Licences under which a package may be part of what is shipped: they ask for their text to be passed on and for nothing
 * else of the whole. https://spdx.org/licenses/
 */
const allowed = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
  ],
  ...['OFL-1.1', 'PostgreSQL', 'PSF-2.0', 'Python-2.0', 'Unlicense', 'Zlib'],
]);

/** Whether an SPDX expression lets a package be shipped: all parts of an AND, one part of an OR. */
export function isAllowed(expression: string): boolean {
  const text = expression
    .trim()
    .replace(/^\((.*)\)$/, (whole, inner: string) => (isOne(inner) ? inner : whole));
  const either = split(text, ' OR ');
  if (either.length > 1) return either.some(isAllowed);
  const all = split(text, ' AND ');
  return all.length > 1 ? all.every(isAllowed) : allowed.has(text);
}

/** Whether its brackets are balanced from the start on, so that those around it are a pair. */
function isOne(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Parts that stand in no brackets. */
function split(text: string, word: string): string[] {
  const parts: string[] = [];
  for (const piece of text.split(word)) {
    const last = parts.at(-1);
    if (last !== undefined && !isOne(last)) parts[parts.length - 1] = `${last}${word}${piece}`;
    else parts.push(piece);
  }
  return parts;
}
