import {
  type DrillNews,
  drillNews,
  type RecordedDrill,
  recordedEvent,
  type ServiceKey,
} from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { isStoreUnavailable } from '../connection/store-unavailable.ts';
import { inTransaction } from '../connection/transaction.ts';
import { tell } from '../write/tell.ts';
import { insertEvents } from '../write/write-audit.ts';
import { type IfLocked, lockSubject } from './drill-subject.ts';
import { practiceOf } from './practice.ts';

/** How the way back of services is practised. */
export interface Drills {
  /** Kept once for an id, with its event; what was told to be overdue is over then. False where there is no such service. */
  record(service: ServiceKey, id: string, drill: Omit<RecordedDrill, 'kind'>): Promise<boolean>;
  /**
   * Tells what has become overdue by the database's clock, and what is over; the keys of the services. Any number of replicas may do it at
   * once: what is told is written with that it was told, under the lock of its service.
   */
  settle(signal: AbortSignal): Promise<ServiceKey[]>;
}

/** Read at once of those that are worth a look. */
const mostKeys = 200;

export function createDrills(context: StoreContext): Drills {
  return {
    async record(key, id, drill) {
      const isRecorded = await inTransaction(context.pool, async (sql) => {
        const subject = await lockSubject(sql, key, 'wait');
        if (!subject || subject.isDeleted) return false;
        const written = await sql<{ now: number }>(
          `insert into drills (id, service_key, at, by, note, took_ms) values ($1, $2, $3, $4, $5, $6)
           on conflict (id) do nothing returning ${databaseNow} as now`,
          [id, key, instant(drill.at), drill.by, drill.note, drill.tookMs],
        );
        const [row] = written.rows;
        if (row) await insertEvents(sql, [recordedEvent(key, id, drill, row.now)]);
        if (row) await settleOne(context, sql, key, 'wait');
        return true;
      });
      if (isRecorded) context.tellReplicas(['events', 'outbox']);
      return isRecorded;
    },
    async settle(signal) {
      const settled: ServiceKey[] = [];
      const faults: unknown[] = [];
      for (let after = ''; !signal.aborted; ) {
        const { rows } = await context.sql<{ key: string }>(worthALook, [after, mostKeys], 'prepared');
        for (const { key } of rows) {
          if (signal.aborted) break;
          try {
            if (await inTransaction(context.pool, (sql) => settleOne(context, sql, key, 'skip')))
              settled.push(key);
          } catch (error) {
            // One service that cannot be judged keeps no other from it; a database that is away keeps all.
            if (isStoreUnavailable(error)) throw error;
            faults.push(error);
          }
        }
        const last = rows.at(-1);
        if (!last || rows.length < mostKeys) break;
        after = last.key;
      }
      if (settled.length > 0) context.tellReplicas(['events', 'outbox']);
      if (faults.length > 0)
        throw new AggregateError(faults, 'practice of some services could not be judged');
      return settled;
    },
  };
}

/** Whether anything was told. */
async function settleOne(
  context: StoreContext,
  sql: Sql,
  key: ServiceKey,
  ifLocked: IfLocked,
): Promise<boolean> {
  const subject = await lockSubject(sql, key, ifLocked);
  if (!subject) return false;
  const { now } = onlyRow(await sql<{ now: number }>(`select ${databaseNow} as now`));
  const news = drillNews(subject, now);
  if (news) await writeNews(context, sql, key, news);
  return news !== null;
}

async function writeNews(
  context: StoreContext,
  sql: Sql,
  key: ServiceKey,
  { told, event, notification }: DrillNews,
): Promise<void> {
  await sql('update services set drill_told = $2 where key = $1', [key, toJson(told)]);
  await insertEvents(sql, [event]);
  await tell(context, sql, [notification]);
}

/**
 * Services of which what was told may not be what is: a first look over all of them, in one statement. What is told of each `drillNews` judges,
 * from what is read under the lock of the service.
 */
const worthALook = `
  select s.key from services s
  left join lateral ${practiceOf('s.key')} p on true
  cross join lateral (select coalesce(p."practisedAt", s.drills_since)
    + s.drills_every_days * interval '24 hours' < clock_timestamp() as is_late) due
  where s.key > $1 and (s.drills_every_days is not null or s.drill_told is not null)
    and case when s.drill_told is null
      then s.deleted_at is null and due.is_late and exists (select from deployments d where d.service_key = s.key offset 1)
      else s.deleted_at is not null or due.is_late is not true end
  order by s.key limit $2`;
