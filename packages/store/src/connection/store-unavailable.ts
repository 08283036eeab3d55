/**
 * The database cannot be used now. Nothing of the failed call was written; try again later. Only of what a worker writes nobody
 * knows (claims, renewals, commits: lone statements): it may have been written and its answer lost.
 */
export interface StoreUnavailable extends Error {
  name: 'StoreUnavailable';
}

export function storeUnavailable(cause: unknown): StoreUnavailable {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error = new Error(`the database cannot be used now: ${reason}`, { cause });
  return Object.assign(error, { name: 'StoreUnavailable' as const });
}

export function isStoreUnavailable(error: unknown): error is StoreUnavailable {
  return error instanceof Error && error.name === 'StoreUnavailable';
}

/**
 * Codes that say the server or the way to it is gone: class 08, 57P01-57P05 and 53300 of
 * https://www.postgresql.org/docs/18/errcodes-appendix.html, those of Node's sockets, and Prisma's own.
 */
const lostCodes =
  /^(08...|57P0[1-5]|53300|25P0[34]|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOENT|P1001|P1002|P1008|P1017|P2024|P2037)$/;

/** `pg` rejects with bare messages when a connection breaks under a query. */
const lostMessages =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Query read timeout|Cannot use a pool after calling end/;

export function isConnectionLoss(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (isStoreUnavailable(at)) return true;
    if ('code' in at && typeof at.code === 'string' && lostCodes.test(at.code)) return true;
    if (lostMessages.test(at.message)) return true;
    if (at instanceof AggregateError && at.errors.some(isConnectionLoss)) return true;
    if (at.name === 'DriverAdapterError' && kindOf(at.cause)) return true;
  }
  return false;
}

function kindOf(cause: unknown): boolean {
  const kind = typeof cause === 'object' && cause !== null && 'kind' in cause ? String(cause.kind) : 'none';
  return ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'].includes(kind);
}

/** Gives errors of a lost database their type; all others are passed on as they are. */
export function typed(error: unknown): unknown {
  return isConnectionLoss(error) && !isStoreUnavailable(error) ? storeUnavailable(error) : error;
}
