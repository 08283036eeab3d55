import type { Route } from '@lastgood/domain';
import type pg from 'pg';
import type { Sql } from './pool.ts';
import type { Prisma } from './prisma.ts';
import type { UnreadableListener } from './readable-rows.ts';

/** What a replica may wait for: rows of that kind were written. */
export type Topic = 'runs' | 'outbox' | 'events' | 'services';

/** What the parts of a store share. */
export interface StoreContext extends UnreadableListener {
  pool: pg.Pool;
  /** One statement outside a transaction. */
  sql: Sql;
  prisma: Prisma;
  /** Names of the notifiers that are configured. */
  notifiers: readonly string[];
  route: Route;
  /** The caller's clock, epoch milliseconds. Never decides a lease. */
  now: () => number;
  /** Tells every replica that rows of these topics were written. Lost hints cost latency, never correctness. */
  tellReplicas(topics: readonly Topic[]): void;
}
