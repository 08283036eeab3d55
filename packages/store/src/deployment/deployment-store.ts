import {
  type Deployment,
  type DeploymentStore,
  type FollowedService,
  type KnownDurations,
  type ServiceToFollow,
  type StepDurations,
  type StepKind,
  type Watched,
  workloadsOf,
} from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { onlyRow } from '../connection/pool.ts';
import type { Prisma } from '../connection/prisma.ts';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toHold, toService } from '../rows/service-row.ts';
import { loadWatchedOf } from '../slot/load-watched.ts';
import { loadJudgedTriggers } from '../trigger/judged-triggers.ts';
import { isNewest, newestOf } from '../write/newest.ts';
import { writeCommit } from '../write/write-commit.ts';
import { writeContext } from '../write/write-independent-parts.ts';
import { loadChangedElsewhere } from './changed-elsewhere.ts';
import { lastKnownGoodOf } from './last-known-good.ts';
import { loadAbsences } from './load-absences.ts';
import { loadNeighbours } from './neighbours.ts';
import { type PassedRow, passedReleases, toPassed } from './passed-releases.ts';
import { loadRollbackStandings } from './rollback-standings.ts';

/** Deployments and their services, as the engine needs them. */
export function createDeploymentStore(context: StoreContext): DeploymentStore {
  const { prisma } = context;
  return {
    async service(key) {
      const row = await prisma.service.findUnique({ where: { key, deletedAt: null } });
      return row && toService(row);
    },
    followed: (keys) => followed(context, keys),
    async toFollow() {
      const found = await context.sql<ServiceToFollow>(
        `select key, cluster, namespace, workloads,
           last_release = 0 or key in (select service_key from deployments where watch_closed_at is null)
             or key in (${stillTakenBack}) as open
         from services where deleted_at is null order by key`,
        [],
        'prepared',
      );
      return readableRows(context, 'services', found.rows, {
        idOf: ({ key }) => key,
        read: (row) => ({ ...row, workloads: workloadsOf({ workloads: fromJson(row.workloads) }) }),
      });
    },
    deployment: (id) => loadDeployment(prisma, id),
    async registeredAs(serviceKey, idempotencyKey) {
      const where = { serviceKey_idempotencyKey: { serviceKey, idempotencyKey } };
      const row = await prisma.deployment.findUnique({ where, include: withChanges });
      return row && toDeployment(row);
    },
    async lastKnownGood(service, beforeRelease) {
      const found = await context.sql<{ id: string | null }>(
        `select ${lastKnownGoodOf('$1', '$2::int')} as id`,
        [service, beforeRelease],
      );
      const { id } = onlyRow(found);
      return id === null ? null : loadDeployment(prisma, id);
    },
    neighbours: (services) => loadNeighbours(context, services),
    rollbackStandings: (services) => loadRollbackStandings(context, services),
    async between(service, after, before) {
      const found = await context.sql<{ passed: PassedRow[] }>(
        `select ${passedReleases('$1', '$2::int', '$3::int')} as passed`,
        [service, after, before],
      );
      return onlyRow(found).passed.map(toPassed);
    },
    changedElsewhere: (change, service, since) => loadChangedElsewhere(context, change, service, since),
    absences: (id) => loadAbsences(context, id),
    judgedTriggers: (id) => loadJudgedTriggers(context, id),
    stepDurations: (service) => stepDurations(context, service),
    watched: (id) => watchedNow(context, id),
    async commit(commit) {
      const { topics } = await inTransaction(context.pool, (sql) =>
        writeCommit(sql, commit, writeContext(context)),
      );
      context.tellReplicas(topics);
    },
  };
}

/** Whose newest is a rollback of which nobody has said yet whether what it took back stayed away; see `awaitsStay`. */
const stillTakenBack = `select h.service_key from holds h join deployments d
   on d.service_key = h.service_key and d.newest and d.previous_deployment_id = h.deployment_id
   where h.released_at is null and d.origin = 'rollback' and d.status = 'completed' and d.put_back is null`;

async function loadDeployment(prisma: Prisma, id: string): Promise<Deployment | null> {
  const row = await prisma.deployment.findUnique({ where: { id }, include: withChanges });
  return row && toDeployment(row);
}

async function watchedNow(context: StoreContext, id: string): Promise<Watched | null> {
  const newest = await context.sql(
    `select d.id from deployments d join services s on s.key = d.service_key and s.deleted_at is null
     where d.id = $1 and ${isNewest('d')}`,
    [id],
  );
  if (newest.rows.length === 0) return null;
  const [watched] = await loadWatchedOf(context, [id], context.now());
  if (!watched) throw new Error(`how ${id} stands cannot be read`);
  return watched;
}

async function followed(context: StoreContext, keys?: readonly string[]): Promise<FollowedService[]> {
  const rows = await context.prisma.service.findMany({
    where: { deletedAt: null, ...(keys ? { key: { in: [...keys] } } : {}) },
    orderBy: { key: 'asc' },
    include: {
      runMembers: { where: { status: { in: ['queued', 'running'] } }, select: { runId: true } },
      holds: { where: { releasedAt: null }, orderBy: { placedAt: 'asc' } },
    },
  });
  const newest = await newestDeployments(
    context,
    rows.map((row) => row.key),
  );
  const read = (row: (typeof rows)[number]): FollowedService => {
    const latest = newest.get(row.key);
    return {
      service: toService(row),
      latest: latest ? toDeployment(latest) : null,
      activeRunId: row.runMembers[0]?.runId ?? null,
      holds: row.holds.map(toHold),
    };
  };
  return readableRows(context, 'services', rows, { idOf: ({ key }) => key, read });
}

/** By service. In SQL: Prisma would load every deployment a service ever had and keep one. */
async function newestDeployments(
  context: StoreContext,
  services: string[],
): Promise<Map<string, Parameters<typeof toDeployment>[0]>> {
  const found = await context.sql<{ id: string }>(
    `select d.id from unnest($1::text[]) as service,
     lateral (select id from deployments where ${newestOf('service')}) d`,
    [services],
  );
  const rows = await context.prisma.deployment.findMany({
    where: { id: { in: found.rows.map((row) => row.id) } },
    include: withChanges,
  });
  return new Map(rows.map((row) => [row.serviceKey, row]));
}

async function stepDurations(context: StoreContext, service: string): Promise<KnownDurations> {
  const found = await context.sql<{ own: boolean; kind: StepKind; took: number }>(
    `with latest as (
       (select true as own, m.run_id, m.lane from run_members m join runs r on r.id = m.run_id
         where m.service_key = $1 order by r.created_at desc limit 20)
       union all
       (select false, m.run_id, m.lane from services s
         join services o on o.environment = s.environment and o.strategy = s.strategy and o.key <> s.key
         join run_members m on m.service_key = o.key join runs r on r.id = m.run_id
         where s.key = $1 order by r.created_at desc limit 20))
     select own, planned -> 'step' ->> 'kind' as kind,
       extract(epoch from s.finished_at - s.started_at)::float8 * 1000 - s.away_ms as took
     from latest join run_steps s on s.run_id = latest.run_id and s.lane = latest.lane
     where s.status = 'applied' and s.started_at is not null and s.finished_at is not null`,
    [service],
  );
  const byKind = (own: boolean): StepDurations => {
    const rows = found.rows.filter((row) => row.own === own);
    const groups = Map.groupBy(rows, (row) => row.kind);
    return Object.fromEntries([...groups].map(([kind, all]) => [kind, all.map((row) => row.took)]));
  };
  return { service: byKind(true), environment: byKind(false) };
}
