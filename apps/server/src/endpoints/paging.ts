import type { PageMark } from '@lastgood/store/views/view-rows';
import { ProblemError } from '../problems/problem-error.ts';

interface PageRequest {
  cursor?: string;
  limit?: number;
}

const defaultLimit = 50;

/** Cursors are opaque: base64url of where the page before ended. */
function encode(mark: unknown): string {
  return Buffer.from(JSON.stringify(mark)).toString('base64url');
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
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
  if (!Array.isArray(mark) || typeof mark[0] !== 'number' || typeof mark[1] !== 'string') throw badCursor();
  return { at: mark[0], id: mark[1] };
}

export function keyOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = decode(cursor);
  if (typeof key !== 'string') throw badCursor();
  return key;
}

export function idOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const id = decode(cursor);
  if (typeof id !== 'number') throw badCursor();
  return id;
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
