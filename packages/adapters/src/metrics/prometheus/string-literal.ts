/** The three ways PromQL quotes a string; a backquoted one knows no escapes. */
export type Quote = '"' | "'" | '`';

const plainEscapes: Record<string, number> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': 92,
};

const escapePattern =
  /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abtnvfr\\'"]))/y;

/**
 * What the inside of a literal says, by Prometheus's own rules; null when Prometheus would refuse it or when its
 * bytes are no UTF-8 (such a matcher can match no label).
 * https://github.com/prometheus/prometheus/blob/main/util/strutil/quote.go
 */
export function unescapeInside(inside: string, quote: Quote): string | null {
  if (quote === '`') return inside.includes('`') ? null : inside;
  if (!inside.includes('\\')) return inside.includes(quote) || inside.includes('\n') ? null : inside;

  const bytes: number[] = [];
  for (let at = 0; at < inside.length; ) {
    const step = inside[at] === '\\' ? readEscape(inside, at, quote) : readPlain(inside, at, quote);
    if (step === null) return null;
    for (const byte of step.bytes) bytes.push(byte);
    at = step.next;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

interface Step {
  bytes: Iterable<number>;
  next: number;
}

/** What stands before the next escape. */
function readPlain(inside: string, at: number, quote: Quote): Step | null {
  const following = inside.indexOf('\\', at);
  const next = following === -1 ? inside.length : following;
  const plain = inside.slice(at, next);
  return plain.includes(quote) || plain.includes('\n') ? null : { bytes: utf8(plain), next };
}

function readEscape(inside: string, at: number, quote: Quote): Step | null {
  escapePattern.lastIndex = at;
  const match = escapePattern.exec(inside);
  if (match === null) return null;
  const next = at + match[0].length;
  const [, hexByte, octalByte, short, long, plain] = match;
  if (hexByte !== undefined) return { bytes: [Number.parseInt(hexByte, 16)], next };
  if (octalByte !== undefined) {
    const byte = Number.parseInt(octalByte, 8);
    return byte > 255 ? null : { bytes: [byte], next };
  }
  if (plain !== undefined) {
    if (plain === '"' || plain === "'") return plain === quote ? { bytes: utf8(plain), next } : null;
    return { bytes: [plainEscapes[plain] ?? 0], next };
  }
  const codePoint = Number.parseInt(short ?? long ?? '', 16);
  return codePoint > 0x10ffff ? null : { bytes: utf8(String.fromCodePoint(codePoint)), next };
}

const encoder = new TextEncoder();

function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

// Control, format (bidirectional marks, zero width) and line separator characters are written as escapes: a query
// that is shown to people must not read differently from what it says.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Printed characters of ASCII but the two that are escaped: nearly every name. */
const isAsWritten = /^[ !#-[\]-~]*$/;

/** A double-quoted PromQL literal that says exactly `text`. `text` must be well-formed Unicode. */
export function writeLiteral(text: string): string {
  if (isAsWritten.test(text)) return `"${text}"`;
  const escaped = text.replaceAll(/["\\]/g, (character) => `\\${character}`);
  return `"${escaped.replaceAll(unprintable, writeEscape)}"`;
}

function writeEscape(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
