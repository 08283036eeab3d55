import type { Destination, Outbox, Place } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant, onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { createBatch } from '../write/batch.ts';
import { writeEvents } from '../write/write-audit.ts';
import { writeToPlaces } from '../write/write-notifications.ts';
import { fallBack } from './fall-back.ts';
import { takeItems } from './take-items.ts';

export interface StoredOutbox extends Outbox {
  /** Notifications that have not arrived: waiting, and given up. */
  undelivered(): Promise<{ waiting: number; failed: number }>;
}

/** Far beyond any wait that is meant; what a column of instants can always hold. */
const longestWaitMs = 24 * 60 * 60_000;

/** An instant from outside may be any number; the statement of one row must not fail for it. */
function boundedWait(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), longestWaitMs);
}

/** Who is told in another one's stead is told at once, and nobody is told in theirs. */
function onlyThere({ notifier, to }: Place): Destination {
  return { notifier, to, notBefore: null, fallback: [] };
}

/** Rows are taken under a lease: a sender that dies delivers late or twice, never not at all. */
export function createOutbox(context: StoreContext): StoredOutbox {
  const { sql, tellReplicas } = context;
  return {
    take: (replica, limit, leaseMs, choice) => takeItems(sql, { replica, limit, leaseMs }, choice),
    async delivered({ id, notification }, receipt, missed = []) {
      const batch = createBatch(
        (
          add,
        ) => `update outbox set status = 'delivered', delivered_at = clock_timestamp(), lease_holder = null,
          lease_until = null, last_error = null, receipt = ${add(toJson(receipt))} where id = ${add(id)} returning id`,
      );
      writeToPlaces(batch, notification, missed, context.now());
      await batch.send(sql);
      if (missed.length > 0) tellReplicas(['outbox']);
    },
    async failed({ id, attempts }, { reason, refused, at, retryAt }) {
      await sql(
        `update outbox set last_error = $3, lease_holder = null, lease_until = null,
           failing_since = coalesce(failing_since, $4),
           refused_since = case when $5 then coalesce(refused_since, $4) else refused_since end,
           next_at = ${databaseNow} + $6::float8 * interval '1 ms'
         where id = $1 and attempts = $2 and status = 'pending'`,
        [id, attempts, reason, instant(at), refused, boundedWait(retryAt - context.now())],
      );
    },
    async giveUp({ id, attempts, notification, fallback }, reason, event) {
      const batch = createBatch(
        (
          add,
        ) => `update outbox set status = 'failed', last_error = ${add(reason)}, given_up_at = ${databaseNow}, lease_holder = null,
          lease_until = null where id = ${add(id)} and attempts = ${add(attempts)} and status = 'pending' returning id`,
      );
      writeEvents(batch, [event]);
      writeToPlaces(batch, notification, fallback.map(onlyThere), context.now());
      const written = await batch.send(sql);
      if (written) tellReplicas(fallback.length > 0 ? ['events', 'outbox'] : ['events']);
      return written !== null;
    },
    async fallBack(choice, trouble, at) {
      const sent = await fallBack(sql, choice, trouble, at);
      if (sent > 0) tellReplicas(['outbox']);
      return sent;
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
