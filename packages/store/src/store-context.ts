import type pg from 'pg';
import type { Sql } from './connection/pool.ts';
import type { Prisma } from './connection/prisma.ts';
import type { Topic } from './write/write-plain.ts';

/** What the parts of a store share. */
export interface StoreContext {
  pool: pg.Pool;
  /** One statement outside a transaction. */
  sql: Sql;
  prisma: Prisma;
  notifiers: readonly string[];
  /** The caller's clock, epoch milliseconds. Never decides a lease. */
  now: () => number;
  /** Tells every replica that rows of these topics were written. Lost hints cost latency, never correctness. */
  announce(topics: readonly Topic[]): void;
}
