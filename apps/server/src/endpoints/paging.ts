import { latestInstant } from '@lastgood/domain';
import type { PageMark } from '@lastgood/store/views/view-rows';
import { ProblemError } from '../problems/problem-error.ts';
import { unsoundText } from '../problems/unsound-value.ts';
import { bytesOf, pageBytes } from './within.ts';

interface PageRequest {
  cursor?: string;
  limit?: number;
}

const defaultLimit = 50;

/** Cursors are opaque: base64url of where the page before ended. */
function encode(mark: unknown): string {
  return Buffer.from(JSON.stringify(mark)).toString('base64url');
}

/** The cursor with which `GET /events` goes on behind an event, towards older ones. */
export function cursorBehind(event: { id: number }): string {
  return encode(event.id);
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

/** What is asked of a list, and how a page of it is read. */
interface List<Row, Item, Mark> {
  /** Where the page before ended: `markOf`, `keyOf` or `idOf`. */
  start(cursor: string | undefined): Mark | undefined;
  read(after: Mark | undefined, limit: number): Promise<Row[]>;
  toItem(row: Row): Item;
  mark(row: Row): Mark;
  /** What is left out though it was read: a condition on what no row holds. The last page may then be empty. */
  keep?(item: Item): boolean;
}

/** More rows are not read at once, however many are asked for: a row may be large, and others have their turn in between. */
const rowsAtOnce = 50;
/** Where most of what is read may be left out. */
const rowsAtOnceToKeepFrom = 200;

/**
 * A page of at most `limit` items and `pageBytes`, and of one item at least. Where it ended before the list did, `next` is
 * there: the page that follows begins with the very next row.
 */
export async function readPage<Row, Item, Mark extends PageMark | string | number>(
  { cursor, limit = defaultLimit }: PageRequest,
  { start, read, toItem, mark, keep }: List<Row, Item, Mark>,
): Promise<{ items: Item[]; next: string | null }> {
  const items: Item[] = [];
  let bytes = 0;
  for (let after = start(cursor); ; ) {
    const wanted = keep ? rowsAtOnceToKeepFrom : Math.min(limit - items.length, rowsAtOnce);
    // One more: its presence says that there is a next page.
    const rows = await read(after, wanted + 1);
    for (const row of rows.slice(0, wanted)) {
      const item = toItem(row);
      if (!keep || keep(item)) {
        const isFull = items.length >= limit || bytes + bytesOf(item) > pageBytes;
        if (isFull && after !== undefined && items.length > 0) return { items, next: encode(toWire(after)) };
        bytes += bytesOf(item);
        items.push(item);
      }
      after = mark(row);
    }
    if (rows.length <= wanted) return { items, next: null };
    if (items.length >= limit && after !== undefined) return { items, next: encode(toWire(after)) };
  }
}

function toWire(mark: PageMark | string | number): unknown {
  return typeof mark === 'object' ? [mark.at, mark.id] : mark;
}
