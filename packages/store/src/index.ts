export type { Events, TailMark } from './audit/events.ts';
export type { Topic } from './connection/store-context.ts';
export { isStoreUnavailable, type StoreUnavailable } from './connection/store-unavailable.ts';
export {
  type EmbeddedOptions,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded/embedded-postgres.ts';
export { DataFolderInUse } from './embedded/owner.ts';
export type { Idempotency, IdempotencyStart, IdempotentRequest } from './idempotency/idempotency.ts';
export { migrate } from './migrate/migrate.ts';
export type { StoredOutbox } from './outbox/outbox.ts';
export type { Readings } from './reading/readings.ts';
export type { IncarnationState } from './replica/incarnation.ts';
export type { Session, SessionHandlers } from './replica/session.ts';
export type { Holds, Services, TriggerSets } from './service/services.ts';
export { createStore, type Store, type StoreOptions } from './store.ts';
export type * from './views/view-rows.ts';
