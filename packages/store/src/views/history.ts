import type { ReadingRow, StoredEvent } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { DeploymentChange as ChangeRow, Event as EventRow } from '../generated/client.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toReading } from '../rows/trigger-row.ts';
import type { StoreContext } from '../store-context.ts';
import type { LiveReadingRow, PageMark, Views } from './view-rows.ts';

/** Rows after a mark in the order (instant, id), both descending. */
export function afterMark(column: string, after: PageMark | undefined) {
  if (!after) return {};
  const at = new Date(after.at);
  return { OR: [{ [column]: { lt: at } }, { [column]: at, id: { lt: after.id } }] };
}

export function toStoredEvent(row: EventRow): StoredEvent {
  return {
    id: Number(row.id),
    type: row.type as StoredEvent['type'],
    at: ms(row.at),
    service: row.serviceKey,
    deploymentId: row.deploymentId,
    runId: row.runId,
    text: row.text,
    data: fromJson(row.data),
  };
}

/** The newest `limit` events, oldest first. */
export async function loadTimeline(
  { prisma }: StoreContext,
  where: { deploymentId: string } | { runId: string },
  limit = 200,
): Promise<StoredEvent[]> {
  const rows = await prisma.event.findMany({ where, orderBy: { id: 'desc' }, take: limit });
  return rows.map(toStoredEvent).reverse();
}

export function historyViews(
  context: StoreContext,
): Pick<Views, 'deployments' | 'events' | 'readings' | 'liveReadings'> {
  const { prisma, sql } = context;
  return {
    async deployments({ service, after, limit }) {
      const rows = await prisma.deployment.findMany({
        where: { ...(service ? { serviceKey: service } : {}), ...afterMark('startedAt', after) },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      const changes = await loadChangesInBrief(
        context,
        rows.map((row) => row.id),
      );
      return rows.map((row) => toDeployment({ ...row, changes: changes.get(row.id) ?? [] }));
    },
    async events({ service, deployment, run, before, limit }) {
      const rows = await prisma.event.findMany({
        where: {
          ...(service ? { serviceKey: service } : {}),
          ...(deployment ? { deploymentId: deployment } : {}),
          ...(run ? { runId: run } : {}),
          ...(before === undefined ? {} : { id: { lt: before } }),
        },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(toStoredEvent);
    },
    async readings(deploymentId, from, to) {
      const found = await sql(
        `select * from readings where deployment_id = $1 and slot between $2 and $3 order by slot, trigger`,
        [deploymentId, instant(from), instant(to)],
      );
      return found.rows.map(toReadingRow);
    },
    async liveReadings(slot) {
      const found = await sql(
        `select r.*, d.service_key, s.trouble_reason,
           coalesce(own.trigger, sets.trigger) as declared
         from readings r
         join deployments d on d.id = r.deployment_id and d.watch_closed_at is null
         join services v on v.key = d.service_key
         left join trigger_states s on s.deployment_id = r.deployment_id and s.trigger = r.trigger
         left join lateral (select t as trigger from jsonb_array_elements(v.triggers) t
           where t ->> 'name' = r.trigger limit 1) own on true
         left join lateral (select t as trigger
           from unnest(v.trigger_sets) with ordinality as named(name, place)
           join trigger_sets ts on ts.name = named.name, jsonb_array_elements(ts.triggers) t
           where t ->> 'name' = r.trigger order by named.place desc limit 1) sets on true
         where r.slot > $1
         order by r.slot, r.deployment_id, r.trigger`,
        [instant(slot)],
      );
      return found.rows.map(
        (row): LiveReadingRow => ({
          ...toReadingRow(row),
          service: row.service_key,
          forMs: row.declared?.forMs ?? 0,
          unit: row.declared?.unit ?? '',
          troubleReason: row.trouble_reason,
        }),
      );
    },
  };
}

/** Without the pod templates, which are most of what is stored and nothing a list shows. */
async function loadChangesInBrief({ sql }: StoreContext, ids: string[]): Promise<Map<string, ChangeRow[]>> {
  const found = await sql(
    `select deployment_id as "deploymentId", ordinal, kind, target,
       case when before ? 'template' then before || '{"template": {}}' else before end as before,
       case when after ? 'template' then after || '{"template": {}}' else after end as after
     from deployment_changes where deployment_id = any($1::text[]) order by ordinal`,
    [ids],
  );
  return Map.groupBy<string, ChangeRow>(found.rows, (row) => row.deploymentId);
}

interface ReadingColumns {
  deployment_id: string;
  trigger: string;
  slot: number;
  kind: string;
  value: number | null;
  detail: string | null;
  threshold: number;
  phase: ReadingRow['phase'];
  held_ms: number;
  late_ms: number;
}

export function toReadingRow(row: ReadingColumns): ReadingRow {
  const reading = toReading(row);
  if (!reading) throw new Error('a stored reading has no kind');
  return {
    deploymentId: row.deployment_id,
    trigger: row.trigger,
    slot: row.slot,
    reading,
    threshold: row.threshold,
    phase: row.phase,
    heldMs: row.held_ms,
    lateMs: row.late_ms,
  };
}
