import { describe, expect, test } from 'vitest';
import { idOf, keyOf, markOf, readPage } from './paging.ts';
import { mostBytes, pageBytes, within } from './within.ts';

interface Row {
  id: number;
  text: string;
}

/** A list of rows that counts how many are read at once. */
function listOf(rows: Row[]) {
  const reads: number[] = [];
  return {
    reads,
    page: (cursor: string | undefined, limit?: number) =>
      readPage(
        { ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) },
        {
          start: idOf,
          async read(after: number | undefined, most) {
            reads.push(most);
            return rows.filter(({ id }) => after === undefined || id > after).slice(0, most);
          },
          toItem: (row) => row,
          mark: ({ id }) => id,
        },
      ),
  };
}

const rowsOf = (count: number, bytes = 10): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, text: 'x'.repeat(bytes) }));

async function walk(list: ReturnType<typeof listOf>, limit?: number) {
  const pages: Row[][] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await list.page(cursor, limit);
    pages.push(items);
    if (next === null) return pages;
    cursor = next;
  }
}

describe('a page', () => {
  test.each([
    [0, 50],
    [1, 1],
    [50, 50],
    [51, 50],
    [120, 200],
    [401, 200],
    [7, 3],
  ])('of %i rows by %i: every row once, in order', async (count, limit) => {
    const rows = rowsOf(count);
    const pages = await walk(listOf(rows), limit);
    expect(pages.flat()).toEqual(rows);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
  });

  test('ends at so many bytes, and the next one goes on without a loss', async () => {
    const rows = rowsOf(40, 20_000);
    const pages = await walk(listOf(rows), 200);
    expect(pages.flat()).toEqual(rows);
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(pageBytes + 1_000);
  });

  test('has one row at least, however large it is', async () => {
    const rows = rowsOf(3, pageBytes + 1);
    expect(await walk(listOf(rows))).toEqual(rows.map((row) => [row]));
  });

  test('is read a few rows at a time', async () => {
    const list = listOf(rowsOf(300));
    await list.page(undefined, 200);
    expect(Math.max(...list.reads)).toBeLessThanOrEqual(51);
  });
});

test('a cursor of one list is none of another', async () => {
  const { next } = await listOf(rowsOf(9)).page(undefined, 3);
  expect(idOf(next ?? '')).toBe(2);
  expect(() => keyOf(next ?? '')).toThrow('This cursor was not made by Lastgood');
  expect(() => markOf(next ?? '')).toThrow('This cursor was not made by Lastgood');
});

describe('a list within a view', () => {
  test('has so many items, and half of a megabyte', () => {
    expect(within([1, 2, 3], 2)).toEqual([1, 2]);
    expect(within([1, 2, 3], 3)).toEqual([1, 2, 3]);
    expect(within([], 3)).toEqual([]);
    expect(within(rowsOf(10, 100_000), 10)).toHaveLength(5);
    expect(within(rowsOf(2, mostBytes), 10)).toHaveLength(1);
    expect(within(rowsOf(10, 1_000), 10, 3_500)).toHaveLength(3);
  });
});
