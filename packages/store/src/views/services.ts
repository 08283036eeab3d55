import type { Prisma } from '../connection/prisma.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { isGood } from '../deployment/last-known-good.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService, toTriggerSet } from '../rows/service-row.ts';
import { activeRunOf } from '../service/active-run.ts';
import { readDrillFacts } from '../service/drill-subject.ts';
import { hasComeSince, newestOf } from '../write/newest.ts';
import { given } from './given.ts';
import { heldRows } from './held-rows.ts';
import { afterMark } from './history.ts';
import { releaseColumns, type StoredRelease, toRelease } from './release-rows.ts';
import { servicesMeant } from './services-meant.ts';
import type { HeldRow, ServiceRow, Views } from './view-rows.ts';

/** As many as a service may itself depend on. */
const shownDependents = 200;

/**
 * How each of these services stands. `good` is the newest good release at all: for a quiet service it may be the current
 * one itself.
 */
const standing = `
  select s.key,
    dependents.keys[1:${shownDependents}] as dependents, dependents.count as dependent_count,
    to_jsonb(current) as current, to_jsonb(good) as good,
    ${activeRunOf('s.key')} as active,
    case when newest.status = 'stopped' and not ${hasComeSince('s.key', 'newest.created_at')}
      then newest.id end as stopped
  from unnest($1::text[]) with ordinality as wanted(key, place)
  join services s on s.key = wanted.key
  cross join lateral (select count(*) as count, coalesce(array_agg(d.key order by d.key), '{}') as keys from services d
    where d.dependencies @> array[s.key] and d.deleted_at is null) dependents
  left join lateral (select ${releaseColumns} from deployments where ${newestOf('s.key')}) current on true
  left join lateral (select ${releaseColumns} from deployments
    where service_key = s.key and ${isGood('deployments')}
    order by release desc limit 1) good on true
  left join lateral (select r.id, m.status, r.created_at from run_members m join runs r on r.id = m.run_id
    where m.service_key = s.key and m.status <> 'cancelled' order by r.number desc limit 1) newest on true
  order by wanted.place`;

const shownHolds = 50;

type ReleaseInJson = Omit<StoredRelease, 'started_at'> & { started_at: string };

interface Standing {
  key: string;
  dependents: string[];
  dependent_count: number;
  current: ReleaseInJson | null;
  good: ReleaseInJson | null;
  active: string | null;
  stopped: string | null;
}

export function serviceViews(
  context: StoreContext,
): Pick<Views, 'services' | 'service' | 'holds' | 'triggerSets'> {
  const { prisma } = context;
  return {
    async services({ near, after, limit, ...filter }) {
      const rows = await prisma.service.findMany({
        where: {
          deletedAt: null,
          AND: [servicesMeant(filter), given({ key: given({ gt: after }) }), await nearTo(prisma, near)],
        },
        orderBy: { key: 'asc' },
        take: limit,
      });
      return toServiceRows(context, rows);
    },
    async holds({ service, after, limit }) {
      const rows = await prisma.hold.findMany({
        where: { releasedAt: null, ...given({ serviceKey: service }), ...afterMark('placedAt', after) },
        orderBy: [{ placedAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      return heldRows(prisma, rows);
    },
    async triggerSets({ after, limit }) {
      const where = after === undefined ? {} : { name: { gt: after } };
      return (await prisma.triggerSet.findMany({ where, orderBy: { name: 'asc' }, take: limit })).map(
        toTriggerSet,
      );
    },
    async service(key) {
      const row = await prisma.service.findUnique({ where: { key, deletedAt: null } });
      if (!row) return null;
      const [rows, sets, holds, holdCount, drills] = await Promise.all([
        toServiceRows(context, [row]),
        prisma.triggerSet.findMany({ where: { name: { in: row.triggerSets } } }),
        loadHolds(prisma, key),
        prisma.hold.count({ where: { serviceKey: key, releasedAt: null } }),
        readDrillFacts(context.sql, key),
      ]);
      const [standing] = rows;
      if (!standing || !drills) return null;
      const current = await prisma.deployment.findFirst({
        where: { serviceKey: key },
        orderBy: { release: 'desc' },
        include: withChanges,
      });
      const currentDeployment = current && toDeployment(current);
      return { ...standing, sets: sets.map(toTriggerSet), holds, holdCount, drills, currentDeployment };
    },
  };
}

async function nearTo(prisma: Prisma, key: string | undefined) {
  if (!key) return {};
  const service = await prisma.service.findUnique({ where: { key }, select: { dependencies: true } });
  return { OR: [{ key: { in: [key, ...(service?.dependencies ?? [])] } }, { dependencies: { has: key } }] };
}

/** The newest holds in force of one service that a view shows, oldest first. */
export async function loadHolds(prisma: Prisma, service: string): Promise<HeldRow[]> {
  const rows = await prisma.hold.findMany({
    where: { serviceKey: service, releasedAt: null },
    orderBy: [{ placedAt: 'desc' }, { id: 'desc' }],
    take: shownHolds,
  });
  return (await heldRows(prisma, rows)).reverse();
}

async function toServiceRows(
  context: StoreContext,
  services: readonly Parameters<typeof toService>[0][],
): Promise<ServiceRow[]> {
  const found = await context.sql<Standing>(standing, [services.map((row) => row.key)]);
  const byKey = new Map(found.rows.map((row) => [row.key, row]));
  return services.flatMap((service) => {
    const row = byKey.get(service.key);
    if (!row) return []; // deleted in between
    return {
      service: toService(service),
      dependents: row.dependents,
      dependentCount: row.dependent_count,
      current: row.current && fromJsonb(row.current),
      lastKnownGood: row.good && fromJsonb(row.good),
      activeRunId: row.active,
      stoppedRunId: row.stopped,
    };
  });
}

/** A row inside jsonb has its instants as ISO text. */
function fromJsonb(row: ReleaseInJson) {
  return toRelease({ ...row, started_at: Date.parse(row.started_at) });
}
