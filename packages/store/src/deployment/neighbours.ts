import type { Neighbour } from '@lastgood/domain';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { newestOf } from '../write/newest.ts';
import { furtherBack, isGood } from './last-known-good.ts';

/** Of good releases, so many are a choice. */
const mostTargets = 10;

interface Found {
  key: string;
  current: string;
  targets: string[];
}

/** Whoever depends on one of the services or is depended on by it, with its newest release and the good ones before that. */
export async function loadNeighbours(
  context: StoreContext,
  services: readonly string[],
): Promise<Neighbour[]> {
  const found = await context.sql<Found>(
    `with near as (
       select s.key from services s where s.deleted_at is null and s.key <> all($1::text[])
         and (s.dependencies && $1::text[]
           or s.key in (select unnest(dependencies) from services where key = any($1::text[]))))
     select near.key, d.id as current, array(select g.id from deployments g
         where g.service_key = near.key and g.release < ${furtherBack('near.key', 'd.release')} and ${isGood('g')}
         order by g.release desc limit ${mostTargets}) as targets
     from near join lateral (select id, release from deployments where ${newestOf('near.key')}) d on true
     order by near.key`,
    [services],
    'prepared',
  );
  if (found.rows.length === 0) return [];
  const [rows, releases] = await Promise.all([
    context.prisma.service.findMany({ where: { key: { in: found.rows.map(({ key }) => key) } } }),
    context.prisma.deployment.findMany({
      where: { id: { in: found.rows.flatMap(({ current, targets }) => [current, ...targets]) } },
      include: withChanges,
    }),
  ]);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const deployments = new Map(releases.map((row) => [row.id, row]));
  return readableRows(context, 'services', found.rows, {
    idOf: ({ key }) => key,
    read: ({ key, current, targets }) => ({
      service: toService(known(byKey, key)),
      current: toDeployment(known(deployments, current)),
      targets: targets.map((id) => toDeployment(known(deployments, id))),
    }),
  });
}

function known<Row>(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id);
  if (!row) throw new Error(`${id} vanished while it was read`);
  return row;
}
