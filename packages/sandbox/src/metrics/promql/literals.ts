import { queryError, unsupported } from './query-error.ts';

const goFloat = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const goInfinity = /^([+-]?)inf(?:inity)?$/i;

/** A number as Go's strconv.ParseFloat reads it, without hexadecimal floats; null when it is none. */
export function parseFloatLikeGo(text: string): number | null {
  if (goFloat.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinity = goInfinity.exec(text);
  if (infinity === null) return null;
  return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** A number literal of PromQL as Prometheus 2.42 reads it. */
export function parseNumber(text: string): number {
  if (/^[+-]?0x[0-9a-f]+$/i.test(text)) {
    const value = Number(text.replace(/^[+-]/, ''));
    return text.startsWith('-') ? -value : value;
  }
  // Prometheus reads 010 as octal eight; whoever writes that does not mean it.
  if (/^[+-]?0\d/.test(text)) throw unsupported(`the number ${text} with a leading zero`);
  const value = parseFloatLikeGo(text);
  if (value === null) throw unsupported(`${text} as a number`);
  return value;
}

const unitMs: Record<string, number> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** A duration such as `1h30m` in milliseconds. The units stand in descending order, each at most once. */
export function parseDurationMs(text: string): number {
  if (!/^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/.test(text) || text === '') {
    throw queryError('bad_data', `not a valid duration string: ${JSON.stringify(text)}`);
  }
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  }
  return totalMs;
}

const simpleEscapes: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The text a string literal of PromQL stands for: Go's rules, in any of the three kinds of quotes. */
export function unquote(literal: string): string {
  const quote = literal[0] ?? '';
  const body = literal.slice(1, -1);
  if (literal.length < 2 || literal.at(-1) !== quote)
    throw queryError('bad_data', 'unterminated quoted string');
  if (quote === '`') return body;
  return body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (sequence, code: string) => {
    const simple = simpleEscapes[code] ?? (code === quote ? quote : undefined);
    if (simple !== undefined) return simple;
    const point = code.length > 1 ? Number.parseInt(code.slice(1), 16) : Number.NaN;
    // \x80 and above are bytes in Go, half characters; \ud800 and its like are none at all.
    const usable = code.startsWith('x') ? point < 0x80 : point < 0xd800 || point > 0xdfff;
    if (Number.isNaN(point) || !usable) throw unsupported(`the escape ${sequence} in a string`);
    return String.fromCharCode(point);
  });
}
