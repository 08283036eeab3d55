import { effectiveTriggers, type Watched } from '@lastgood/domain';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService, toTriggerSet } from '../rows/service-row.ts';
import { toDecision, toTriggerState } from '../rows/trigger-row.ts';
import { activeRunOf } from '../service/active-run.ts';
import type { StoreContext } from '../store-context.ts';
import { loadBreaching } from './load-breaching.ts';

/** Every watched deployment of a chunk with what decisions about it depend on, in a fixed number of queries. */
export async function loadWatched(context: StoreContext, chunk: number, slot: number): Promise<Watched[]> {
  const { prisma } = context;
  const [rows, sets] = await Promise.all([
    prisma.deployment.findMany({
      where: { chunk, watchClosedAt: null },
      include: { ...withChanges, service: true, triggerStates: true },
      orderBy: { id: 'asc' },
    }),
    prisma.triggerSet.findMany(),
  ]);
  if (rows.length === 0) return [];
  const triggerSets = sets.map(toTriggerSet);
  const dependencies = [...new Set(rows.flatMap((row) => row.service.dependencies))];
  const [surroundings, breaching] = await Promise.all([
    loadSurroundings(
      context,
      rows.map((row) => row.id),
    ),
    loadBreaching(context, dependencies, triggerSets, slot),
  ]);
  return rows.map((row) => {
    const service = toService(row.service);
    const states = new Map(row.triggerStates.map((state) => [state.trigger, toTriggerState(state)]));
    const triggers = effectiveTriggers(service, triggerSets);
    return {
      deployment: toDeployment(row),
      service,
      triggers: triggers.map((trigger) => ({ trigger, state: states.get(trigger.name) ?? null })),
      ...surroundings(row.id),
      breachingDependencies: breaching.filter((one) => service.dependencies.includes(one.service)),
    };
  });
}

type Surroundings = Pick<Watched, 'lastAttemptAt' | 'activeRunId' | 'lastKnownGood' | 'lastDecision'>;

async function loadSurroundings(
  context: StoreContext,
  ids: string[],
): Promise<(deploymentId: string) => Surroundings> {
  const found = await context.sql(
    `select d.id,
       (select max(greatest(r.created_at, m.finished_at)) from run_members m join runs r on r.id = m.run_id
         where m.service_key = d.service_key and (m.status <> 'cancelled' or r.stop_asked is not null)) as last_attempt,
       ${activeRunOf('d.service_key')} as active,
       (select id from deployments g where g.service_key = d.service_key and g.release < d.release
          and g.proof = any (array['verified', 'presumed_good']) and g.status = 'completed'
          order by g.release desc limit 1) as good,
       (select id from decisions where deployment_id = d.id order by slot desc limit 1) as decision
     from unnest($1::text[]) as wanted join deployments d on d.id = wanted`,
    [ids],
  );
  const named = (column: string) => found.rows.map((row) => row[column]).filter((id) => id !== null);
  const [goods, decisions] = await Promise.all([
    context.prisma.deployment.findMany({ where: { id: { in: named('good') } }, include: withChanges }),
    context.prisma.decision.findMany({ where: { id: { in: named('decision') } } }),
  ]);
  const good = new Map(goods.map((row) => [row.id, toDeployment(row)]));
  const decision = new Map(decisions.map((row) => [row.id, toDecision(row)]));
  const byId = new Map(found.rows.map((row) => [row.id, row]));
  return (deploymentId) => {
    const row = byId.get(deploymentId);
    return {
      lastAttemptAt: row?.last_attempt ?? null,
      activeRunId: row?.active ?? null,
      lastKnownGood: good.get(row?.good) ?? null,
      lastDecision: decision.get(row?.decision) ?? null,
    };
  };
}
