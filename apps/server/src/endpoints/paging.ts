import { latestInstant } from '@lastgood/domain';
import type { PageMark } from '@lastgood/store/views/view-rows';
import { ProblemError } from '../problems/problem-error.ts';
import { unsoundText } from '../problems/unsound-value.ts';

interface PageRequest {
  cursor?: string;
  limit?: number;
}

const defaultLimit = 50;

/** Cursors are opaque: base64url of where the page before ended. */
function encode(mark: unknown): string {
  return Buffer.from(JSON.stringify(mark)).toString('base64url');
}

/** Where the page before ended. Only what `encode` itself writes is read, so that nothing else reaches the database. */
function decode(cursor: string): unknown {
  try {
    const mark: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (encode(mark) !== cursor) throw badCursor();
    return mark;
  } catch (cause) {
    throw badCursor(cause);
  }
}

function badCursor(cause?: unknown): ProblemError {
  const problem = new ProblemError(
    400,
    'invalid-request',
    'This cursor was not made by Lastgood. Leave it out to start at the first page.',
    { errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] },
  );
  problem.cause = cause;
  return problem;
}

export function markOf(cursor: string | undefined): PageMark | undefined {
  if (cursor === undefined) return undefined;
  const mark = decode(cursor);
  if (!Array.isArray(mark) || mark.length !== 2) throw badCursor();
  const [at, id]: unknown[] = mark;
  if (!isInstant(at) || !isName(id)) throw badCursor();
  return { at, id };
}

export function keyOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = decode(cursor);
  if (!isName(key)) throw badCursor();
  return key;
}

export function idOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const id = decode(cursor);
  if (!isCount(id)) throw badCursor();
  return id;
}

/** What a column of integers holds and JavaScript counts exactly. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Epoch milliseconds that the database has a timestamp for: nothing here happened before 1970 or happens after 9999. */
function isInstant(value: unknown): value is number {
  return isCount(value) && value <= latestInstant;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && unsoundText(value) === null;
}

/** Reads one row more than asked for: its presence says that there is a next page. */
export async function readPage<Row, Item>(
  request: PageRequest,
  read: (limit: number) => Promise<Row[]>,
  toItem: (row: Row) => Item,
  mark: (row: Row) => unknown,
): Promise<{ items: Item[]; next: string | null }> {
  const limit = request.limit ?? defaultLimit;
  const rows = await read(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), next: rows.length > limit && last ? encode(mark(last)) : null };
}
