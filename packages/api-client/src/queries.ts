/** TanStack Query options and hooks; for the web app only. Query keys begin with the operation's name. */
export type * from './generated/model/index.ts';
export * from './generated/queries.ts';
