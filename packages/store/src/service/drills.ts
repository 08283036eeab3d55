import {
  type DrillFacts,
  type DrillNews,
  type DrillSubject,
  drillNews,
  type RecordedDrill,
  recordedEvent,
  type ServiceKey,
  type ToldOverdue,
  type ToldRelease,
  type ToldService,
} from '@lastgood/domain';
import { fromJson, toJson } from '../connection/json.ts';
import { databaseNow, instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { tell } from '../write/tell.ts';
import { insertEvents } from '../write/write-audit.ts';
import { activeRunOf } from './active-run.ts';
import { pageIsOpen } from './open-page.ts';
import { type PracticeColumns, practiceColumns, practiceOf, toPractice } from './practice.ts';

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
        const subject = await lockSubject(sql, key);
        if (!subject || subject.isDeleted) return false;
        const written = await sql<{ now: number }>(
          `insert into drills (id, service_key, at, by, note, took_ms) values ($1, $2, $3, $4, $5, $6)
           on conflict (id) do nothing returning ${databaseNow} as now`,
          [id, key, instant(drill.at), drill.by, drill.note, drill.tookMs],
        );
        const [row] = written.rows;
        if (row) await insertEvents(sql, [recordedEvent(key, id, drill, row.now)]);
        if (row) await settleOne(context, sql, key);
        return true;
      });
      if (isRecorded) context.tellReplicas(['events', 'outbox']);
      return isRecorded;
    },
    async settle(signal) {
      const settled: ServiceKey[] = [];
      for (let after = ''; !signal.aborted; ) {
        const { rows } = await context.sql<{ key: string }>(worthALook, [after, mostKeys], 'prepared');
        for (const { key } of rows) {
          if (signal.aborted) break;
          if (await inTransaction(context.pool, (sql) => settleOne(context, sql, key))) settled.push(key);
        }
        const last = rows.at(-1);
        if (!last || rows.length < mostKeys) break;
        after = last.key;
      }
      if (settled.length > 0) context.tellReplicas(['events', 'outbox']);
      return settled;
    },
  };
}

/** Whether anything was told. */
async function settleOne(context: StoreContext, sql: Sql, key: ServiceKey): Promise<boolean> {
  const subject = await lockSubject(sql, key);
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
      then s.deleted_at is null and due.is_late and (select count(*) from deployments d where d.service_key = s.key) > 1
      else s.deleted_at is not null or due.is_late is not true end
  order by s.key limit $2`;

/** How it is practised, for a view; null where there is no such service. */
export async function readDrillFacts(sql: Sql, key: ServiceKey): Promise<DrillFacts | null> {
  return (await readSubject(sql, key))?.facts ?? null;
}

/** Locked first and then read: what another one wrote of it meanwhile is seen. */
async function lockSubject(sql: Sql, key: ServiceKey): Promise<DrillSubject | null> {
  await sql('select from services where key = $1 for no key update', [key]);
  return readSubject(sql, key);
}

interface SubjectRow extends PracticeColumns, Pick<ToldService, 'name' | 'environment' | 'team'> {
  notify: unknown;
  isDeleted: boolean;
  everyDays: number | null;
  since: number | null;
  told: unknown;
  canGoBack: boolean;
  isBusy: boolean;
  release: unknown;
}

const subjectText = `
  select s.name, s.environment, s.team, s.notify, s.deleted_at is not null as "isDeleted",
    s.drills_every_days as "everyDays", s.drills_since as since, s.drill_told as told, ${practiceColumns},
    coalesce(exists (select from deployments d where d.service_key = s.key and d.release < newest.release), false) as "canGoBack",
    ${activeRunOf('s.key')} is not null or ${pageIsOpen('newest.id')} as "isBusy",
    (select to_jsonb(d) from (select id, release, version, commit, origin from deployments
      where id = coalesce(s.drill_told ->> 'deploymentId', newest.id)) d) as release
  from services s
  left join lateral (select id, release from deployments where service_key = s.key order by release desc limit 1) newest on true
  left join lateral ${practiceOf('s.key')} p on true
  where s.key = $1`;

async function readSubject(sql: Sql, key: ServiceKey): Promise<DrillSubject | null> {
  const [row] = (await sql<SubjectRow>(subjectText, [key])).rows;
  if (!row) return null;
  const { name, environment, team, isDeleted, everyDays, since, canGoBack, isBusy } = row;
  return {
    ...{ key, isDeleted, isBusy },
    service: { name, environment, team, notify: fromJson(row.notify) },
    facts: {
      declared: everyDays === null ? null : { everyDays },
      ...{ since, canGoBack, last: toPractice(row) },
    },
    release: fromJson<(ToldRelease & { id: string }) | null>(row.release),
    told: fromJson<ToldOverdue | null>(row.told),
  };
}
