import { type Outage, outageOf } from './outage.ts';

/**
 * The database cannot be used now. Nothing of the failed call was written; try again later. Only of what a worker writes nobody
 * knows (claims, renewals, commits: lone statements), nor of a transaction whose outcome could not be asked for: it may have
 * been written and its answer lost.
 */
export interface StoreUnavailable extends Error {
  name: 'StoreUnavailable';
}

export function storeUnavailable(cause: unknown): StoreUnavailable {
  const error = new Error(`the database cannot be used now: ${outageWords(cause)}`, { cause });
  return Object.assign(error, { name: 'StoreUnavailable' as const });
}

export function isStoreUnavailable(error: unknown): error is StoreUnavailable {
  return error instanceof Error && error.name === 'StoreUnavailable';
}

/** The connection broke or does not answer, and with it what is known of the statement last sent. */
export function isConnectionLoss(error: unknown): boolean {
  return outageOf(error)?.lost ?? false;
}

/** Gives what keeps the database from being used its type; all other errors are passed on as they are. */
export function typed(error: unknown): unknown {
  if (isStoreUnavailable(error)) return error;
  return outageOf(error) ? storeUnavailable(error) : error;
}

/** What is the matter, for people, with what the driver said. */
export function outageWords(error: unknown): string {
  const outage = outageOf(error);
  const said = lastLine(error);
  return outage ? `${outage.words} (${codeOf(outage)}${said})` : said;
}

function codeOf({ code }: Outage): string {
  return code === null ? '' : `${code}: `;
}

/** Prisma writes its message over several lines, what happened last. */
function lastLine(error: unknown): string {
  const text = error instanceof AggregateError ? String(error.errors[0]?.message) : messageOf(error);
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
