import type { Outbox, OutboxItem } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { isLeaseOver } from '../connection/lease-over.ts';
import { databaseNow, onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';

export interface StoredOutbox extends Outbox {
  /** Notifications that have not arrived: waiting, and given up. */
  undelivered(): Promise<{ waiting: number; failed: number }>;
}

interface TakenRow {
  id: number;
  notifier: string;
  notification: unknown;
  attempts: number;
}

/** Far beyond any wait that is meant; what a column of instants can always hold. */
const longestWaitMs = 24 * 60 * 60_000;

/** An instant from outside may be any number; the statement of one row must not fail for it. */
function boundedWait(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), longestWaitMs);
}

/** Rows are taken under a lease with SKIP LOCKED: a sender that dies delivers late or twice, never not at all. */
export function createOutbox(context: StoreContext): StoredOutbox {
  const { sql } = context;
  return {
    async take(replica, limit, leaseMs, choice) {
      const names = 'notifier' in choice ? [choice.notifier] : choice.noneOf;
      const taken = await sql<TakenRow>(
        `with due as (
           select id from outbox
           where status = 'pending' and next_at <= clock_timestamp() + interval '1 ms'
             and ${isLeaseOver}
             and (notifier = any ($4::text[])) = $5
           order by next_at limit $2 for no key update skip locked)
         update outbox o set lease_holder = $1, lease_until = clock_timestamp() + $3 * interval '1 ms',
           attempts = attempts + 1
         from due where o.id = due.id
         returning o.id, o.notifier, o.notification, o.attempts`,
        [replica, limit, leaseMs, names, 'notifier' in choice],
      );
      return taken.rows.map(
        (row): OutboxItem => ({
          ...{ ...row, id: String(row.id), notification: fromJson(row.notification) },
          ...{ to: null, earlier: null, refusedSince: null },
        }),
      );
    },
    async delivered(id) {
      await sql(
        `update outbox set status = 'delivered', delivered_at = clock_timestamp(), lease_holder = null,
           lease_until = null, last_error = null
         where id = $1`,
        [id],
      );
    },
    async failed(id, reason, retryAt) {
      const waitMs = retryAt === null ? null : boundedWait(retryAt - context.now());
      await sql(
        `update outbox set last_error = $2, lease_holder = null, lease_until = null,
           status = case when $3::float8 is null then 'failed' else 'pending' end,
           next_at = ${databaseNow} + coalesce($3::float8, 0) * interval '1 ms'
         where id = $1 and status <> 'delivered'`,
        [id, reason, waitMs],
      );
    },
    async undelivered() {
      const counted = await sql<{ waiting: number; failed: number }>(
        `select count(*) filter (where status = 'pending') as waiting,
           count(*) filter (where status = 'failed') as failed
         from outbox where status <> 'delivered'`,
      );
      return onlyRow(counted);
    },
  };
}
