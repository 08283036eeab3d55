import { namedLoss } from './accepted-loss.ts';

/** What a rollback takes away for good, as it was counted when the plan was made. */
export interface Loss {
  /** As a command names it: `orders/coupons`. */
  name: string;
  kind: 'rows' | 'resource';
  /** The database or the stack it is in. */
  store: string;
  /** The relation, or the address of the resource. */
  of: string;
  /** How many rows; null where nobody can tell, and of a resource. */
  rows: number | null;
  /** The migration whose reversal loses them; null of a resource. */
  since: string | null;
}

export function rowLoss(
  database: string,
  since: string,
  { relation, rows }: { relation: string; rows: number | null },
): Loss {
  return {
    ...{ name: namedLoss(database, relation), kind: 'rows', store: database },
    ...{ of: relation, rows, since },
  };
}

export function resourceLoss(stack: string, address: string): Loss {
  return {
    ...{ name: namedLoss(stack, address), kind: 'resource', store: stack },
    ...{ of: address, rows: null, since: null },
  };
}

/** "3,412 rows of coupons in database orders (kept since migration 20260103)" */
export function lossSentence({ kind, store, of, rows, since }: Loss): string {
  if (kind === 'resource') return `the data of ${of} in stack ${store}`;
  const when = since === null ? '' : ` (kept since migration ${since})`;
  return rows === null
    ? `rows of ${of} in database ${store}, nobody can tell how many${when}`
    : `${rowsInWords(of, rows)} in database ${store}${when}`;
}

/** "3,412 rows of coupons" */
export function rowsInWords(relation: string, rows: number | null): string {
  if (rows === null) return `rows of ${relation}, nobody can tell how many`;
  return `${grouped(rows)} ${rows === 1 ? 'row' : 'rows'} of ${relation}`;
}

/** "3,412" */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
