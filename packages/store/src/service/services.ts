import {
  eventAbout,
  type LeftRelease,
  type Service,
  type ToldService,
  type TriggerSet,
  toldOfDeleted,
} from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { toTriggerSet } from '../rows/service-row.ts';
import { wasAskedFor } from '../write/served.ts';
import { told } from '../write/supersede.ts';
import { tell } from '../write/tell.ts';
import { insertEvents } from '../write/write-audit.ts';
import { activeRunOf } from './active-run.ts';

export interface Services {
  /** Creates or replaces the declaration and writes `service.applied`; applying the same again writes nothing. */
  apply(service: Service, by: string, at: number): Promise<void>;
  /** Ends its watch and writes `service.deleted`; its history stays, and applying the key again brings it back. */
  delete(key: string, by: string, at: number): Promise<DeleteServiceResult>;
}

export type DeleteServiceResult =
  | { kind: 'deleted' }
  | { kind: 'not-found' }
  | { kind: 'run-active'; runId: string };

export interface TriggerSets {
  list(): Promise<TriggerSet[]>;
  get(name: string): Promise<TriggerSet | null>;
  apply(set: TriggerSet): Promise<void>;
}

export function createServices(context: StoreContext): Services {
  return {
    async apply(service, by, at) {
      await inTransaction(context.pool, async (sql) => {
        const wasDeleted = await sql(
          'select 1 from services where key = $1 and deleted_at is not null for update',
          [service.key],
        );
        const written = await upsertService(sql, service);
        const change = wasDeleted.rowCount > 0 ? 'declared' : written;
        if (!change) return;
        const text = `${by} ${change} the service`;
        await insertEvents(sql, [
          eventAbout({ type: 'service.applied', at, service: service.key, text, data: { by } }),
        ]);
      });
      context.tellReplicas(['events', 'services']);
    },
    async delete(key, by, at) {
      const result = await inTransaction(context.pool, (sql) => deleteService(context, sql, { key, by, at }));
      if (result.kind === 'deleted') context.tellReplicas(['events', 'services', 'outbox']);
      return result;
    },
  };
}

async function deleteService(
  context: StoreContext,
  sql: Sql,
  { key, by, at }: { key: string; by: string; at: number },
): Promise<DeleteServiceResult> {
  // Stronger than what a new run takes of its services: a run is either seen here or comes after.
  const locked = await sql<ToldService>(
    'select name, environment, team, notify from services where key = $1 and deleted_at is null for update',
    [key],
  );
  const [service] = locked.rows;
  if (!service) return { kind: 'not-found' };
  const active = await sql<{ run: string | null }>(`select ${activeRunOf('$1')} as run`, [key]);
  const { run } = onlyRow(active);
  if (run !== null) return { kind: 'run-active', runId: run };
  const left = await sql<LeftRelease>(
    `select ${told}, watch_closed_at is null as "isOpen" from deployments
     where service_key = $1 and (newest or watch_closed_at is null or ${wasAskedFor('deployments.id')}) order by id for no key update`,
    [key],
  );
  await sql('update services set deleted_at = $2 where key = $1', [key, instant(at)]);
  await sql(
    `update deployments set watch_closed_at = $2,
       status = case status when 'in_progress' then 'failed' else status end
     where service_key = $1 and watch_closed_at is null`,
    [key, instant(at)],
  );
  const text = `${by} deleted the service: it is not followed any more, its history stays`;
  await insertEvents(sql, [eventAbout({ type: 'service.deleted', at, service: key, text, data: { by } })]);
  await tell(context, sql, toldOfDeleted(left.rows, service, { by, at }));
  return { kind: 'deleted' };
}

/** What a declaration says besides its key: column to value. */
function columnsOf(service: Service): Record<string, unknown> {
  return {
    environment: service.environment,
    team: service.team,
    strategy: service.strategy,
    dependencies: service.dependencies,
    trigger_sets: service.triggerSets,
    trigger_overrides: toJson(service.triggerOverrides),
    workloads: toJson(service.workloads),
    writers: toJson(service.writers),
    triggers: toJson(service.triggers),
    checks: toJson(service.checks),
    policy: toJson(service.policy),
    notify: toJson(service.notify),
    drills_every_days: service.drills?.everyDays ?? null,
    rollback: toJson(service.rollback),
    labels: toJson(service.labels),
    links: toJson(service.links),
    commit_url: service.commitUrl,
    compare_url: service.compareUrl,
  };
}

async function upsertService(sql: Sql, service: Service): Promise<'declared' | 'changed' | null> {
  const { key, cluster, namespace, name } = service;
  const declared = columnsOf(service);
  const columns = Object.keys(declared);
  const values = columns.map((_column, index) => `$${index + 5}`);
  const all = (of: string) => columns.map((column) => `${of}.${column}`).join(', ');
  const written = await sql<{ created: boolean }>(
    `insert into services as s (key, cluster, namespace, name, ${columns.join(', ')}, drills_since)
     values ($1, $2, $3, $4, ${values.join(', ')}, case when ${values[columns.indexOf('drills_every_days')]}::int is not null then ${databaseNow} end)
     on conflict (key) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
       updated_at = clock_timestamp(), deleted_at = null,
       drills_since = case when s.deleted_at is null and s.drills_every_days is not null and excluded.drills_every_days is not null
         then s.drills_since else excluded.drills_since end
     where s.deleted_at is not null or (${all('s')}) is distinct from (${all('excluded')})
     returning xmax = 0 as created`,
    [key, cluster, namespace, name, ...Object.values(declared)],
  );
  const [row] = written.rows;
  if (!row) return null;
  return row.created ? 'declared' : 'changed';
}

export function createTriggerSets(context: StoreContext): TriggerSets {
  const { prisma } = context;
  return {
    async list() {
      return (await prisma.triggerSet.findMany({ orderBy: { name: 'asc' } })).map(toTriggerSet);
    },
    async get(name) {
      const row = await prisma.triggerSet.findUnique({ where: { name } });
      return row && toTriggerSet(row);
    },
    async apply({ name, description, triggers }) {
      await context.sql(
        `insert into trigger_sets (name, description, triggers) values ($1, $2, $3)
         on conflict (name) do update set description = excluded.description, triggers = excluded.triggers,
           updated_at = clock_timestamp()`,
        [name, description, toJson(triggers)],
      );
    },
  };
}
