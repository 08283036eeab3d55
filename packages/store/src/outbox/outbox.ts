import {
  askingKinds,
  type Destination,
  endingKinds,
  endsIncident,
  incidentOf,
  type Notification,
  type Outbox,
  type OvertakenItem,
  overByNow,
  type Place,
  type Receipt,
} from '@lastgood/domain';
import { fromJson, toJson } from '../connection/json.ts';
import { databaseNow, instant, onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { createBatch } from '../write/batch.ts';
import { writeEvents } from '../write/write-audit.ts';
import { writeToPlaces } from '../write/write-notifications.ts';
import { isPage } from './lane.ts';
import { lateItems } from './late-items.ts';
import { isMoot } from './moot.ts';
import { arrivedText, overtakenText, placeWorksText } from './overtaken.ts';
import { deliveredText, failedText } from './place.ts';
import { standing } from './standing.ts';
import { takeItems } from './take-items.ts';

export interface StoredOutbox extends Outbox {
  /** Notifications that have not arrived: waiting, and given up. */
  undelivered(): Promise<{ waiting: number; failed: number }>;
  /** What said that an incident is over, where nothing has wanted a person since; null where it is not, or nothing was told. Said as it is true now, see `overByNow`. */
  over(deploymentId: string): Promise<Notification | null>;
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

/** False where none of them waits any more. */
async function overtake(
  { sql, tellReplicas }: StoreContext,
  id: string,
  receipt: Receipt | null,
  overtaken: readonly OvertakenItem[],
): Promise<boolean> {
  const batch = createBatch((add) =>
    arrivedText(add(id), add(toJson(receipt)), add(overtaken.map((one) => one.id))),
  );
  batch.write(overtakenText(batch.add(overtaken.map((one) => one.id))));
  batch.write(placeWorksText);
  writeEvents(
    batch,
    overtaken.map(({ event }) => event),
  );
  const written = await batch.send(sql);
  if (written) tellReplicas(['events']);
  return written !== null;
}

/** The newest of what ends an incident or wants a person, whether or not it arrived. */
const overText = `
  select notification, exists (select from services s
    where s.key = notification ->> 'service' and s.deleted_at is null) as declared from outbox
  where incident = $1 and (notification ->> 'kind' = any ($2::text[]) or notification ->> 'kind' = any ($3::text[])
    or ${isPage('outbox')})
  order by id desc limit 1`;

/** Rows are taken under a lease: a sender that dies delivers late or twice, never not at all. */
export function createOutbox(context: StoreContext): StoredOutbox {
  const { sql, tellReplicas } = context;
  return {
    take: (replica, limit, leaseMs, choice) => takeItems(sql, { replica, limit, leaseMs }, choice),
    async delivered({ id, notification, to }, receipt, overtaken = [], missed = []) {
      if (missed.length > 0) {
        // Before it counts as delivered: who dies in between sends it again, and nobody is left out.
        const batch = createBatch();
        writeToPlaces(batch, { ...notification, partOf: { to } }, missed, context.now());
        await batch.send(sql);
        tellReplicas(['outbox']);
      }
      if (overtaken.length > 0 && (await overtake(context, id, receipt, overtaken))) return;
      await sql(deliveredText, [id, toJson(receipt)], 'prepared');
    },
    async failed({ id, attempts }, { reason, refused, at, retryAt }) {
      const waitMs = boundedWait(retryAt - context.now());
      await sql(failedText, [id, attempts, reason, instant(at), refused, waitMs], 'prepared');
    },
    async giveUp({ id, attempts, notification, fallback }, reason, event) {
      const batch = createBatch(
        (
          add,
        ) => `update outbox set status = 'failed', last_error = ${add(reason)}, given_up_at = ${databaseNow}, lease_holder = null,
          lease_until = null, fallback = ${add(toJson(fallback))},
          fell_back_at = ${fallback.length === 0 ? 'fell_back_at' : `coalesce(fell_back_at, ${databaseNow})`}
          where id = ${add(id)} and attempts = ${add(attempts)} and status = 'pending' returning id`,
      );
      writeEvents(batch, [event]);
      writeToPlaces(batch, notification, fallback.map(onlyThere), context.now());
      const written = await batch.send(sql);
      if (written) tellReplicas(fallback.length > 0 ? ['events', 'outbox'] : ['events']);
      return written !== null;
    },
    late: (choice, trouble, at) => lateItems(sql, choice, trouble, at),
    async fallBack({ id, notification, fallback }, at, event) {
      const batch = createBatch(
        (add) => `update outbox set fell_back_at = ${add(instant(at))}, fallback = ${add(toJson(fallback))}
          where id = ${add(id)} and fell_back_at is null and status = 'pending'
            and not ${isMoot('outbox')} returning id`,
      );
      if (event) writeEvents(batch, [event]);
      writeToPlaces(batch, notification, fallback.map(onlyThere), context.now());
      const written = await batch.send(sql);
      if (written) tellReplicas(event ? ['events', 'outbox'] : ['outbox']);
      return written !== null;
    },
    standing: (choice) => standing(sql, choice),
    async undelivered() {
      const counted = await sql<{ waiting: number; failed: number }>(
        `select count(*) filter (where status = 'pending') as waiting,
           count(*) filter (where status = 'failed') as failed
         from outbox where status <> 'delivered'`,
      );
      return onlyRow(counted);
    },
    async over(deploymentId) {
      const found = await sql<{ notification: unknown; declared: boolean }>(overText, [
        incidentOf({ deploymentId }),
        [...endingKinds],
        [...askingKinds],
      ]);
      const [last] = found.rows;
      const notification = last ? fromJson<Notification>(last.notification) : null;
      if (!last || !notification || !endsIncident(notification)) return null;
      return overByNow(notification, last.declared);
    },
  };
}
