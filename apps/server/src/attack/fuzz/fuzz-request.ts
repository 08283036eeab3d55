import fc from 'fast-check';
import { boundValue } from './bound-value.ts';
import { hostileCursors, hostileKeys, hostilePathTexts, hostileQueryTexts } from './hostile-values.ts';
import { brokenText, nearValid } from './near-valid.ts';
import type { Operation, Schema } from './operations.ts';
import type { Slot } from './slot.ts';
import { placeholderOf, validValue } from './valid-value.ts';

/** One request as it will be sent, but for the names of the fleet that it points at. */
export interface FuzzRequest {
  operation: Operation;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;',
  'APPLICATION/JSON',
  'application/json; charset=utf-16',
  'application/jsonx',
  'application/problem+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  ';',
  'json',
];

const oddHeaders: readonly Record<string, string>[] = [
  { accept: 'text/html' },
  { accept: 'nonsense/\u00e4' },
  { 'content-encoding': 'gzip' },
  { 'accept-version': '9.9.9' },
  { authorization: 'Bearer wrong' },
  { 'x-http-method-override': 'DELETE' },
  { 'if-none-match': '*' },
  { range: 'bytes=5-1' },
  { cookie: 'a='.repeat(500) },
  { origin: 'https://evil.example' },
  { forwarded: 'for="[::1]";host="\\"' },
];

/** Valid, nearly valid and hostile requests of one operation. */
export function fuzzRequest(
  operation: Operation,
  components: Record<string, Schema>,
): fc.Arbitrary<FuzzRequest> {
  const { method, body } = operation;
  return fc
    .record({
      path: pathOf(operation),
      query: queryOf(operation, components),
      body: body ? bodyOf(validValue(body, components), boundValue(body, components)) : fc.constant(null),
      key: method === 'POST' ? keyHeader : fc.constant({}),
      type: mostly(fc.constant('application/json'), fc.constantFrom(...contentTypes), 15),
      odd: mostly(fc.constant({}), fc.constantFrom(...oddHeaders), 15),
      asked: mostly(fc.constant(method), fc.constantFrom('OPTIONS', 'HEAD', 'PURGE', 'TRACE', 'PATCH'), 40),
    })
    .map(({ path, query, body, key, type, odd, asked }) => ({
      operation,
      method: asked,
      url: `${path}${query}`,
      headers: { ...(asked === 'GET' ? {} : { 'content-type': type }), ...key, ...odd },
      body: asked === 'GET' || asked === 'HEAD' ? null : body,
    }));
}

function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

function pathOf({ path, slots }: Operation): fc.Arbitrary<string> {
  return fc.tuple(...slots.map(slotText)).map((texts) => {
    let next = 0;
    return path.replace(/\{\w+\}/g, () => texts[next++] ?? '');
  });
}

function slotText({ holds }: Slot): fc.Arbitrary<string> {
  const known = fc.nat({ max: 200 }).map((index) => placeholderOf(holds, index));
  const hostile = fc.oneof(
    fc.constantFrom(...hostilePathTexts),
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map(percentBytes),
  );
  return mostly(known, hostile, 4);
}

function queryOf({ query }: Operation, components: Record<string, Schema>): fc.Arbitrary<string> {
  if (query.length === 0) return mostly(fc.constant(''), fc.constantFrom('?', '?x=1', '?%00=1', '?%zz'), 20);
  const one = (parameter: Operation['query'][number]) => {
    const { name, schema } = parameter;
    const valid = validValue(schema, components, name).map((value) => encoded(String(value)));
    const bounds = boundValue(schema, components).map((value) => encoded(String(value)));
    const hostile = fc.constantFrom(...(name === 'cursor' ? hostileCursors : hostileQueryTexts));
    return mostly(valid, mostly(hostile, bounds, 3), 2).map((text) => `${name}=${text}`);
  };
  const odd = fc.constantFrom(
    'unknown=1',
    '%00=1',
    '__proto__=1',
    'limit=1&limit=2',
    'limit[]=1',
    '=',
    '%zz=%zz',
  );
  const parts = fc.array(mostly(fc.oneof(...query.map(one)), odd, 12), { maxLength: 3 });
  return parts.map((texts) => (texts.length === 0 ? '' : `?${texts.join('&')}`));
}

/** Percent-encoded but for the braces of a placeholder. */
function encoded(text: string): string {
  return /^\{\{[\w-]+:\d+\}\}$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

function percentBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function bodyOf(valid: fc.Arbitrary<unknown>, bounds: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 2, arbitrary: bounds.map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 4, arbitrary: valid.map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 5, arbitrary: nearValid(valid).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: brokenText(valid) },
  );
}

/** Few keys, so that they meet again with the same request and with another one. */
const keyHeader: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.nat({ max: 400 }).map((index) => ({ 'idempotency-key': `key-${index}` })) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileKeys).map((key) => ({ 'idempotency-key': key })) },
);
