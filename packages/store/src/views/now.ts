import { acknowledgementInForce, type Decision, isJudgedAsIs, type ReadingRow } from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { recentReadings } from '../reading/read-readings.ts';
import { toAcknowledgement } from '../rows/acknowledgement-row.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toReadingRow } from '../rows/reading-row.ts';
import { toService } from '../rows/service-row.ts';
import { withProgress } from '../run/load-run.ts';
import { isUnderWay } from '../service/active-run.ts';
import { loadEffectiveTriggers, withStates } from '../trigger/effective-triggers.ts';
import { loadTriggerStates } from '../trigger/trigger-states.ts';
import { hasComeSince } from '../write/newest.ts';
import { loadEvaluator } from './evaluator.ts';
import { loadLastKnownGood } from './release-rows.ts';
import { toRunRows } from './runs.ts';
import type { NowRows, RunRow, WatchedRow } from './view-rows.ts';

const hourMs = 3_600_000;
/** How many readings a sparkline has. */
const recentCount = 30;
const mostRuns = 100;

/** As many rows as a page shows, and how many more there are. */
interface Shown<Row> {
  rows: Row[];
  more: number;
}

/**
 * Everything the Now page shows beside how services stand, in a fixed number of queries.
 *
 * @param shown the deployments to show
 */
export async function loadNow(
  context: StoreContext,
  finishedSince: number,
  shown: readonly string[],
): Promise<NowRows> {
  const [evaluator, watched, runs] = await Promise.all([
    loadEvaluator(context.sql, context.now() - hourMs),
    loadWatchedRows(context, shown),
    loadRuns(context, finishedSince),
  ]);
  return { evaluator, watched, runs: runs.rows, moreRuns: runs.more };
}

type LastDecision = Pick<Decision, 'slot' | 'verdict' | 'wanted' | 'trigger' | 'restraints'>;

async function loadWatchedRows(context: StoreContext, ids: readonly string[]): Promise<WatchedRow[]> {
  const { prisma, sql } = context;
  const [rows, actives] = await Promise.all([
    prisma.deployment.findMany({
      where: { id: { in: [...ids] } },
      include: {
        changes: { ...withChanges.changes, omit: { before: true, after: true } },
        service: true,
        triggerStates: true,
        acknowledgement: true,
      },
    }),
    sql<{ service_key: string; run_id: string }>(
      `select service_key, run_id from run_members where ${isUnderWay}`,
    ),
  ]);
  const [triggersOf, goods, recent, decisions, statesOf] = await Promise.all([
    loadEffectiveTriggers(
      prisma,
      rows.map((row) => row.service),
    ),
    loadLastKnownGood(
      sql,
      rows.map((row) => ({ service: row.serviceKey, release: row.release })),
    ),
    loadRecent(
      context,
      rows.map((row) => row.id),
    ),
    sql<LastDecision & { id: string }>(
      `select distinct on (deployment_id) deployment_id as id, slot, verdict, wanted, trigger, restraints
       from decisions where deployment_id = any($1::text[]) order by deployment_id, slot desc`,
      [rows.map((row) => row.id)],
    ),
    loadTriggerStates(
      context,
      rows.flatMap((row) => row.triggerStates),
    ),
  ]);
  const active = new Map(actives.rows.map((row) => [row.service_key, row.run_id]));
  const lastDecisions = new Map(decisions.rows.map(({ id, ...decision }) => [id, decision]));
  const shown = rows.map((row, index) => {
    const service = toService(row.service);
    const { key, cluster, namespace, name, environment, team, workloads, links, policy } = service;
    const changes = row.changes.map((change) => ({ ...change, before: null, after: null }));
    const deployment = toDeployment({ ...row, changes });
    const triggers = withStates(triggersOf(service), statesOf(row.id), deployment);
    const decision = lastDecisions.get(row.id) ?? null;
    const said = row.acknowledgement && toAcknowledgement(row.acknowledgement);
    return {
      deployment,
      service: { key, cluster, namespace, name, environment, team, workloads, links, policy },
      triggers,
      acknowledgement: acknowledgementInForce(said, triggers, context.now()),
      lastKnownGood: goods[index] ?? null,
      activeRunId: active.get(key) ?? null,
      lastDecision: decision && isJudgedAsIs(deployment, decision.slot) ? decision : null,
      recent: recent.get(row.id) ?? {},
    };
  });
  const place = new Map(ids.map((id, index) => [id, index]));
  return shown.sort((a, b) => (place.get(a.deployment.id) ?? 0) - (place.get(b.deployment.id) ?? 0));
}

/** The last readings of every trigger these deployments have a state of, by deployment and trigger. */
async function loadRecent(
  { sql }: StoreContext,
  ids: string[],
): Promise<Map<string, Record<string, ReadingRow[]>>> {
  const rows = await recentReadings(sql, ids, recentCount);
  const byDeployment = Map.groupBy(rows.map(toReadingRow), (row) => row.deploymentId);
  return new Map(
    [...byDeployment].map(([id, readings]) => {
      const byTrigger = [...Map.groupBy(readings, (row) => row.trigger)];
      return [id, Object.fromEntries(byTrigger.map(([name, all]) => [name, all.slice(-recentCount)]))];
    }),
  );
}

async function loadRuns(context: StoreContext, finishedSince: number): Promise<Shown<RunRow>> {
  const found = await context.sql<{ id: string; total: number }>(
    `select id, (count(*) over ())::int as total from runs r where ${isUnderWay}
       or (status <> 'stopped' and finished_at >= $1)
       or (status = 'stopped' and exists (select 1 from run_members m where m.run_id = r.id and m.status = 'stopped'
         and not exists (select 1 from run_members o join runs n on n.id = o.run_id
           where o.service_key = m.service_key and n.number > r.number and o.status <> 'cancelled')
         and not ${hasComeSince('m.service_key', 'r.created_at')}))
     order by ${isUnderWay} desc, status = 'stopped' desc, created_at desc limit $2`,
    [instant(finishedSince), mostRuns],
  );
  const rows = await context.prisma.run.findMany({
    where: { id: { in: found.rows.map((row) => row.id) } },
    include: { steps: withProgress.steps, members: withProgress.members },
  });
  const place = new Map(found.rows.map(({ id }, index) => [id, index]));
  rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  return { rows: await toRunRows(context, rows), more: (found.rows[0]?.total ?? 0) - found.rows.length };
}
