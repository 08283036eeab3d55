import type { StoredEvent } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { Prisma } from '../connection/prisma.ts';
import type { StoreContext } from '../connection/store-context.ts';
import type { Event as EventRow } from '../generated/client.ts';
import { ms } from '../rows/instants.ts';
import { given } from './given.ts';
import { isNarrowed, servicesMeant } from './services-meant.ts';
import type { Views } from './view-rows.ts';

type Asked = Parameters<Views['events']>[0];

/** Newest first by id. Whatever narrows the log, it is found by an index and never by walking past all that does not fit. */
export async function loadEvents({ sql, prisma }: StoreContext, asked: Asked): Promise<StoredEvent[]> {
  const keys = await keysOf(prisma, asked);
  if (keys?.length === 0 || asked.types?.length === 0) return [];
  const { text, values } = newestIds(asked, keys);
  const found = await sql<{ id: number }>(text, values);
  const ids = found.rows.map(({ id }) => BigInt(id));
  const rows = await prisma.event.findMany({ where: { id: { in: ids } }, orderBy: { id: 'desc' } });
  return rows.map(toStoredEvent);
}

/** The services that are meant, deleted ones too: what happened to them stays. Null: all. */
async function keysOf(prisma: Prisma, { service, ...filter }: Asked): Promise<string[] | null> {
  if (!isNarrowed(filter)) return service ? [service] : null;
  const where = { AND: [servicesMeant(filter), given({ key: service })] };
  return (await prisma.service.findMany({ where, select: { key: true } })).map(({ key }) => key);
}

/** The statement that finds them, and its parameters. */
export function newestIds(asked: Asked, keys: string[] | null): { text: string; values: unknown[] } {
  const { deployment, run, types, from, to, before, limit } = asked;
  const values: unknown[] = [];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const among = (column: string, list: readonly string[] | null | undefined) =>
    list ? [`${column} = any (${put(list)}::text[])`] : [];
  const conditions = [
    ...(deployment ? [`deployment_id = ${put(deployment)}`] : []),
    ...(run ? [`run_id = ${put(run)}`] : []),
    ...(from === undefined ? [] : [`at >= ${put(instant(from))}`]),
    ...(to === undefined ? [] : [`at < ${put(instant(to))}`]),
    ...(before === undefined ? [] : [`id < ${put(before)}::bigint`]),
  ];
  const most = put(limit);
  const isShort = Boolean(deployment || run) || from !== undefined;
  if (isShort || (!keys && !types)) {
    const all = [...conditions, ...among('service_key', keys), ...among('type', types)];
    // What a deployment, a run or a range has is sorted: the sum keeps the planner from walking the log until something fits.
    const order = isShort ? 'id + 0' : 'id';
    return { text: `select id from events ${whereOf(all)} order by ${order} desc limit ${most}`, values };
  }
  // The newest of each service, or of each type, of which the newest of all are taken.
  const each = keys ? 'service_key' : 'type';
  const list = put(keys ?? types);
  // Between a name and itself, sorted by it first: the one index that has this order is read whatever statistics say,
  // where an equality leaves the planner free to walk the log until something fits.
  const one = `${each} between one.name and one.name`;
  const inside = [one, ...conditions, ...(keys ? among('type', types) : [])];
  const newest = `order by ${each}, id desc limit ${most}`;
  const text = `select e.id from unnest(${list}::text[]) as one(name)
    cross join lateral (select id from events ${whereOf(inside)} ${newest}) e
    order by e.id desc limit ${most}`;
  return { text, values };
}

const whereOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;

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
