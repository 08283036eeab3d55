/** The error types of the Prometheus HTTP API that this store can answer with. */
export type QueryErrorType = 'bad_data' | 'execution';

/** What was wrong with a query, with the type Prometheus gives such an error. */
export interface QueryError extends Error {
  queryErrorType: QueryErrorType;
}

export function queryError(queryErrorType: QueryErrorType, message: string): QueryError {
  return Object.assign(new Error(message), { queryErrorType });
}

export function isQueryError(error: unknown): error is QueryError {
  return error instanceof Error && 'queryErrorType' in error;
}

/** This store evaluates a part of PromQL and says so, rather than answer wrongly. */
export function unsupported(what: string): QueryError {
  return queryError('bad_data', `unsupported by the sandbox's metric store: ${what}`);
}
