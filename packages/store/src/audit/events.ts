import type { NewEvent, StoredEvent } from '@lastgood/domain';
import { onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { type StoredEventRow, toEventRow } from '../rows/event-row.ts';
import { insertEvents } from '../write/write-audit.ts';

/** How far a tail has read: opaque. */
export interface TailMark {
  xid: string;
  id: number;
}

export interface Events {
  /** For what happens outside a commit, such as a delivered notification. */
  append(events: readonly NewEvent[]): Promise<void>;
  /** From here on: all that is committed after this call, and maybe a little of what was committed just before it. */
  tailStart(): Promise<TailMark>;
  /** What was committed since `mark`, in an order in which nothing is missed. */
  tail(mark: TailMark, limit: number): Promise<{ events: StoredEvent[]; mark: TailMark }>;
}

/**
 * Ids are given when a row is inserted but rows are seen when their transaction commits, so "id greater than the last"
 * misses events. The tail goes by (xid, id) and only as far as transactions have all ended. A transaction of somebody
 * else on the same server may stay open for hours: after five seconds the tail no longer waits for it, because ours
 * cannot last as long between their insert and their commit.
 */
export function createEvents(context: StoreContext): Events {
  const { sql } = context;
  return {
    async append(events) {
      await inTransaction(context.pool, (inside) => insertEvents(inside, events));
      context.tellReplicas(['events']);
    },
    async tailStart() {
      const now = await sql<{ xid: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xid');
      return { xid: onlyRow(now).xid, id: 0 };
    },
    async tail(mark, limit) {
      const found = await sql<StoredEventRow>(
        `select id, type, at, service_key, deployment_id, run_id, text, data, xid::text
         from events
         where (xid, id) > ($1::xid8, $2::bigint)
           and (xid < pg_snapshot_xmin(pg_current_snapshot())
                or recorded_at < clock_timestamp() - interval '5 seconds')
         order by events.xid, events.id limit $3`,
        [mark.xid, mark.id, limit],
      );
      const last = found.rows.at(-1);
      const next = last ? { xid: last.xid, id: last.id } : mark;
      return { events: found.rows.map(toEventRow), mark: next };
    },
  };
}
