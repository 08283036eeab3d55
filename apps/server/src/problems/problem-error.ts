import { truncate } from '@lastgood/domain/truncate';
import { mostFaults } from './listed-faults.ts';
import type { Problem } from './problem-schema.ts';

/** The kinds of problem the API names; each is documented at `/api/docs`. */
const titles = {
  'invalid-request': 'The request is not valid',
  'invalid-declaration': 'The declaration is not valid',
  unauthorized: 'A token is needed',
  forbidden: 'This token may not do this',
  'forbidden-origin': 'Requests from this page are not accepted',
  'unknown-host': 'This host name is not accepted',
  'not-found': 'Not found',
  'method-not-allowed': 'This method is not offered here',
  'run-active': 'Another rollback is under way',
  held: 'This version is held',
  'not-ordered': 'Nothing is ordered',
  conflict: 'The state does not allow this',
  'no-plan': 'There is no plan for this rollback',
  'idempotency-key': 'The Idempotency-Key cannot be used like this',
  'not-json': 'Only JSON is accepted',
  'too-large': 'The request is too large',
  'too-many-requests': 'Too many requests',
  'websocket-needed': 'This address is a websocket',
  'database-down': 'The database cannot be used',
  'internal-error': 'Something went wrong in Lastgood',
} as const;

export type ProblemKind = keyof typeof titles;

/** A fault the caller can act on. `detail` says what is wrong and what to change. */
export class ProblemError extends Error {
  readonly status: number;
  readonly kind: ProblemKind;
  readonly extra: Partial<Problem>;
  /** Seconds for a Retry-After header; null for none. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    kind: ProblemKind,
    detail: string,
    { retryAfter = null, ...extra }: Partial<Problem> & { retryAfter?: number | null } = {},
  ) {
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.kind = kind;
    this.extra = extra;
    this.retryAfter = retryAfter;
  }
}

const longest = { detail: 1_500, path: 300, message: 800 };

/**
 * Bounded in bytes whoever throws it: what is wrong with a request is told in less than the request.
 *
 * @param instance the request id, as in the logs; null where none was given yet
 */
export function toProblem(error: ProblemError, instance: string | null): Problem {
  const { errors, ...extra } = error.extra;
  return {
    type: `urn:lastgood:problem:${error.kind}`,
    title: titles[error.kind],
    status: error.status,
    detail: truncate(error.message, longest.detail),
    ...(instance === null ? {} : { instance }),
    ...extra,
    ...(errors ? { errors: errors.slice(0, mostFaults).map(clipped) } : {}),
  };
}

function clipped({ path, message }: { path: string; message: string }) {
  return { path: truncate(path, longest.path), message: truncate(message, longest.message) };
}

export function notFound(what: string): ProblemError {
  return new ProblemError(404, 'not-found', what);
}
