export type { Events, TailMark } from './audit/events.ts';
export type { Topic } from './connection/store-context.ts';
export { isStoreUnavailable } from './connection/store-unavailable.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
export { DataFolderInUse } from './embedded/owner.ts';
export type { Idempotency } from './idempotency/idempotency.ts';
export { migrate } from './migrate/migrate.ts';
export { createStore, type Store } from './store.ts';
export type * from './views/view-rows.ts';
