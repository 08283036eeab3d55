import { type Deployment, effectiveTriggers, type RollbackTrigger, type Service } from '@lastgood/domain';
import type { Requester } from '@lastgood/domain/rollback/run';
import type { TakenBack } from '@lastgood/domain/trial/past-label';
import { fromJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { rollbackId } from '../deployment/last-known-good.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService, toTriggerSet } from '../rows/service-row.ts';

/** A service with the triggers that are in force for it. */
export interface TriggeredService {
  service: Service;
  triggers: RollbackTrigger[];
}

/** A deployment that was watched, and the rollback that took it back, if one has changed anything of it. */
export interface PastDeploymentRow {
  deployment: Deployment;
  takenBack: TakenBack | null;
}

export interface PastDeploymentsAsked {
  services: readonly string[];
  /** Those that started from `from` on and before `to`, epoch milliseconds. */
  from: number;
  to: number;
  limit: number;
}

export interface TriggeredAsked {
  services?: readonly string[] | undefined;
  set?: string | undefined;
}

/** Those that are named, else all that use the trigger set, else all; ordered by key. */
export async function loadTriggeredServices(
  context: StoreContext,
  { services, set }: TriggeredAsked,
): Promise<TriggeredService[]> {
  const { prisma } = context;
  const where = { deletedAt: null, ...(services ? { key: { in: [...services] } } : {}) };
  const [rows, sets] = await Promise.all([
    prisma.service.findMany({ where, orderBy: { key: 'asc' } }),
    prisma.triggerSet.findMany(),
  ]);
  const known = sets.map(toTriggerSet);
  return readableRows(context, 'services', rows, { idOf: ({ key }) => key, read: toService })
    .filter(({ triggerSets }) => set === undefined || triggerSets.includes(set))
    .map((service) => ({ service, triggers: effectiveTriggers(service, known) }));
}

/** Newest first. Without rollbacks, which no trigger takes back, and without what was never watched. */
export async function loadPastDeployments(
  context: StoreContext,
  { services, from, to, limit }: PastDeploymentsAsked,
): Promise<PastDeploymentRow[]> {
  const { prisma, sql } = context;
  const rows = await prisma.deployment.findMany({
    where: {
      serviceKey: { in: [...services] },
      origin: { not: 'rollback' },
      startedAt: { gte: new Date(from), lt: new Date(to) },
      OR: [{ watchClosedAt: null }, { watchClosedAt: { gt: prisma.deployment.fields.startedAt } }],
    },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: limit,
    include: withChanges,
  });
  const takenBack = await loadTakenBack(
    sql,
    rows.map(({ id }) => id),
  );
  return readableRows(context, 'deployments', rows, {
    idOf: ({ id }) => id,
    read: (row) => ({ deployment: toDeployment(row), takenBack: takenBack.get(row.id) ?? null }),
  });
}

/** The first rollback of each that has changed something: its row of deployments appears with that. */
async function loadTakenBack(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, PastDeploymentRow['takenBack']>> {
  const { rows } = await sql<{ id: string; asked: string; at: number; requester: unknown }>(
    `select distinct on (m.deployment_id) m.deployment_id as id, r.deployment_id as asked, r.created_at as at, r.requester
     from run_members m join runs r on r.id = m.run_id join deployments d on d.id = ${rollbackId('m')}
     where m.deployment_id = any($1::text[]) order by m.deployment_id, r.created_at`,
    [ids],
  );
  return new Map(
    rows.map(({ id, asked, at, requester }) => [
      id,
      { at, by: fromJson<Requester>(requester), wentAlong: asked !== id },
    ]),
  );
}
