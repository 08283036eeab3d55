import { instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { tellsPeople } from '../outbox/lane.ts';
import { presenceClass } from '../replica/presence.ts';
import type { NotifierRow, QueueRow, ReplicaRow, SlotsRow, StatusRows, StorageRow } from './status-rows.ts';

/** Everything the Status page shows that is stored. Instants are epoch milliseconds. */
export async function loadStatus(
  { sql, notifiers: names }: Pick<StoreContext, 'sql' | 'notifiers'>,
  since: number,
  now: number,
): Promise<StatusRows> {
  const [slots, replicas, queue, notifiers, storage, services] = await Promise.all([
    loadSlots(sql, since),
    sql<ReplicaRow>(replicaText, [presenceClass]),
    sql<QueueRow>(queueText),
    sql<NotifierRow>(notifierText, [instant(now - dayMs), names, instant(now)]),
    loadStorage(sql, now),
    sql<StatusRows['services'][number]>(servicesText),
  ]);
  return {
    ...{ slots, replicas: replicas.rows, queue: onlyRow(queue), notifiers: notifiers.rows },
    ...{ storage, services: services.rows },
  };
}

const dayMs = 86_400_000;

async function loadSlots(sql: Sql, since: number): Promise<SlotsRow> {
  const found = await sql<SlotsRow>(
    `select count(distinct slot) filter (where finished is not null and not discarded) as judged,
       max(late_ms) filter (where finished is not null and not discarded) as "slowestMs"
     from slots where slot >= $1`,
    [instant(since)],
  );
  return onlyRow(found);
}

/** A replica lives as long as its session holds its lock: https://www.postgresql.org/docs/18/view-pg-locks.html */
const replicaText = `
  select r.id, r.started_at as "startedAt", h.at as "seenAt",
    exists (select from pg_locks l where l.locktype = 'advisory' and l.granted and l.classid = $1
      and l.objid = r.lock_no and l.objsubid = 2
      and l.database = (select oid from pg_database where datname = current_database())) as alive
  from replicas r left join heartbeats h on h.replica = r.id order by r.started_at, r.id limit 100`;

const queueText = `
  select count(*) filter (where status = 'queued') as queued, count(*) filter (where status = 'running') as running,
    min(created_at) filter (where status = 'queued') as "oldestQueuedAt"
  from runs where status = any (array['queued'::text, 'running'::text])`;

/** Earlier versions did not keep it. */
const givenUpAt = 'coalesce(given_up_at, created_at)';

/** Of the notifications of one notifier: those on their way, those given up since an instant, and when the last arrived. */
const notifierText = `
  with names as (
    select unnest($2::text[]) as notifier union
    select notifier from outbox where status = 'pending' union
    select notifier from outbox where status = 'failed' and ${givenUpAt} >= $1)
  select n.notifier as name, waiting.count as waiting, waiting.oldest as "oldestWaitingAt", waiting.tried as "triedInVain",
    waiting.unanswered as unanswered, refusing.since as "refusedSince",
    waiting.error as "lastError", waiting.place as "lastTried", waiting.elsewhere as "fellBack", failed.count as failed, failed.last as "lastGivenUp",
    (select delivered_at from outbox o where o.notifier = n.notifier and o.status = 'delivered'
      order by id desc limit 1) as "lastDeliveredAt",
    (select delivered_at from outbox o where o.notifier = n.notifier and o.status = 'delivered' and ${tellsPeople('o')}
      order by id desc limit 1) as "lastToldAt"
  from names n,
    lateral (select count(*) as count, min(created_at) as oldest, count(*) filter (where attempts > 0 and last_error is not null)
        as tried,
        count(*) filter (where attempts > 0 and last_error is not null and refused_since is null) as unanswered, (array_agg(last_error order by id desc) filter (where last_error is not null))[1] as error,
        (array_agg(json_build_object('to', to_place, 'at', (extract(epoch from failed_at) * 1000)::float8) order by id desc)
          filter (where last_error is not null))[1] as place,
        count(*) filter (where fell_back_at is not null and fallback <> '[]'::jsonb) as elsewhere
      from outbox where status = 'pending' and notifier = n.notifier
        and (attempts > 0 or not_before is null or not_before <= $3)) waiting,
    lateral (select max(first) as since from (select min(refused_since) as first from outbox
        where status = 'pending' and notifier = n.notifier and refused_since is not null group by to_place) places) refusing,
    lateral (select count(*) as count,
        (array_agg(json_build_object('reason', coalesce(last_error, ''), 'to', to_place,
          'at', (extract(epoch from ${givenUpAt}) * 1000)::float8) order by id desc))[1] as last
      from outbox
      where status = 'failed' and ${givenUpAt} >= $1 and notifier = n.notifier) failed
  order by 1`;

const servicesText = `
  select s.key, s.name, s.cluster, s.environment, s.team, s.notify,
    exists (select from deployments d where d.service_key = s.key and d.watch_closed_at is null
      and not (d.origin = 'rollback' and d.status in ('in_progress', 'failed'))) as watched
  from services s where s.deleted_at is null order by s.key`;

/** Partitions of a day end with it: "readings_20260105". */
const family = `regexp_replace(c.relname, '_[0-9]{8}$', '')`;

async function loadStorage(sql: Sql, now: number): Promise<StatusRows['storage']> {
  const yesterday = new Date(now - dayMs).toISOString().slice(0, 10).replaceAll('-', '');
  const [size, tables] = await Promise.all([
    sql<{ bytes: number }>('select pg_database_size(current_database()) as bytes'),
    sql<StorageRow>(
      `select ${family} as name, sum(pg_total_relation_size(c.oid))::bigint as bytes,
         min(substring(c.relname from '_([0-9]{8})$')) as "oldestDay",
         sum(pg_total_relation_size(c.oid)) filter (where c.relname like '%\\_' || $1)::bigint as yesterday
       from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by 1 order by 1`,
      [yesterday],
    ),
  ]);
  return { bytes: onlyRow(size).bytes, tables: tables.rows };
}
