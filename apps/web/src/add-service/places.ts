import type { Finding } from '@lastgood/api-client';
import { type Document, isMap, isPair, isScalar, type Node, parseDocument, Scalar } from 'yaml';

export type Place = NonNullable<Finding['place']>;

/** A stretch of a text with its line and column, which count from 1. */
export function placeAt(text: string, offset: number, length: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { offset, length: Math.max(1, length), line, column: offset - before.lastIndexOf('\n') };
}

/**
 * Where in a YAML text a JSON Pointer leads. What is not there is told at what should have it; a map or a list by its first line.
 * @param within where in the text that the member holds, such as in a query; ignored where it is written with escapes
 */
export function placeOf(text: string, path: string, within: Place | null): Place | null {
  const document = parseDocument(text);
  const keys = path.split('/').slice(1).map(unescaped);
  for (let count = keys.length; count > 0; count -= 1) {
    const node = nodeAt(document, keys.slice(0, count));
    if (!node?.range) continue;
    const [from, to] = node.range;
    const exact =
      within && count === keys.length && isScalar(node) ? offsetIn(text, node, within.offset) : null;
    if (exact !== null && within) return placeAt(text, exact, within.length);
    const end = text.indexOf('\n', from);
    return placeAt(text, from, Math.min(to, end < 0 ? to : end) - from);
  }
  return null;
}

const unescaped = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** The value at a path; of a member without one, its name. */
function nodeAt(document: Document, keys: readonly string[]): Node | null {
  const value = document.getIn(keys, true);
  if (isScalar(value) && value.value === null) {
    const parent = keys.length > 1 ? document.getIn(keys.slice(0, -1), true) : document.contents;
    const pair = isMap(parent)
      ? parent.items.find((one) => isPair(one) && String(one.key) === keys.at(-1))
      : null;
    return (pair?.key as Node | undefined) ?? null;
  }
  return typeof value === 'object' && value !== null && 'range' in value ? (value as Node) : null;
}

/** Where in the source the character of a scalar stands; null where that is not told by counting. */
function offsetIn(text: string, node: Scalar, offset: number): number | null {
  const value = String(node.value);
  const from = node.range?.[0] ?? 0;
  if (node.type === Scalar.BLOCK_LITERAL) return offsetInBlock(text, from, value, offset);
  const start = from + (node.type === Scalar.PLAIN ? 0 : 1);
  return text.startsWith(value, start) ? start + offset : null;
}

/** A block's lines are those of its text, each behind the same indent. */
function offsetInBlock(text: string, from: number, value: string, offset: number): number | null {
  const before = value.slice(0, offset).split('\n');
  const body = text.indexOf('\n', from) + 1;
  const lines = text.slice(body).split('\n');
  const [first = ''] = value.split('\n');
  const indent = (lines[0] ?? '').length - first.length;
  if (indent < 0 || lines[0]?.slice(indent) !== first) return null;
  const above = lines.slice(0, before.length - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return body + above + indent + (before.at(-1) ?? '').length;
}
