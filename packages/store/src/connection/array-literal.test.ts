import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrayLiteral } from './array-literal.ts';
import { createPool, onlyRow, type Sql, sqlOf } from './pool.ts';

const postgres = usePostgres();
let sql: Sql;
let end: () => Promise<void>;

beforeAll(() => {
  const pool = createPool(postgres.url, 1);
  [sql, end] = [sqlOf(pool), () => pool.end()];
});
afterAll(() => end());

const texts = [
  '',
  ' ',
  'NULL',
  'null',
  '{}',
  'a,b',
  '"',
  '\\',
  '\\"',
  'a\nb\tc',
  "it's",
  'ü\u{1F600}',
  '{"a":"\\n"}',
];

test.each<[string, readonly unknown[]]>([
  ['text', [...texts, null]],
  ['float8', [0, 1.5, -2e-300, 1.7976931348623157e308, Infinity, -Infinity, Number.NaN, null]],
  ['int', [0, -7, 2 ** 31 - 1, null]],
  ['bool', [true, false, null]],
  ['timestamptz', []],
])('PostgreSQL reads %s as it was given', async (type, given) => {
  const { read } = onlyRow(
    await sql<{ read: unknown }>(`select $1::${type}[] as read`, [arrayLiteral(given)]),
  );
  expect(read).toEqual(given);
});

test('PostgreSQL reads instants to the millisecond, and json as json', async () => {
  const at = new Date('2026-11-30T07:23:37.123Z');
  const found = onlyRow(
    await sql<{ at: number; json: unknown }>(
      'select ($1::timestamptz[])[1] as at, ($2::jsonb[])[1] as json',
      [arrayLiteral([at]), arrayLiteral([JSON.stringify({ text: texts })])],
    ),
  );
  expect(found).toEqual({ at: at.getTime(), json: { text: texts } });
});

test('what PostgreSQL refuses in a text is mended in an array as well', async () => {
  const { read } = onlyRow(
    await sql<{ read: unknown }>('select $1::text[] as read', [arrayLiteral(['a\0b', '\uD800'])]),
  );
  expect(read).toEqual(['a\uFFFDb', '\uFFFD']);
});
