import {
  type Deployment,
  isJudgedAsIs,
  isReadIn,
  type ReadPace,
  type SlotClaim,
  type Watchable,
  type Watched,
} from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { loadChangesInBrief } from '../deployment/changes-in-brief.ts';
import { lastKnownGoodOf } from '../deployment/last-known-good.ts';
import { isStillHeld } from '../deployment/still-held.ts';
import { isAtWork } from '../deployment/taken-back.ts';
import { toAcknowledgement } from '../rows/acknowledgement-row.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toService } from '../rows/service-row.ts';
import { toDecision, withoutBasis } from '../rows/trigger-row.ts';
import { activeRunOf, lastAttemptWithRunOf } from '../service/active-run.ts';
import { loadEffectiveTriggers, withStates } from '../trigger/effective-triggers.ts';
import { hasRestless, loadStateRows, loadTriggerStates } from '../trigger/trigger-states.ts';
import { isOfChunk } from '../write/chunk-of.ts';
import { loadBetween } from './load-between.ts';
import { loadDependencyEvidence } from './load-dependency-evidence.ts';

/**
 * Every deployment of a chunk that is read in this slot, and what rollbacks of the chunk take back now, with what decisions about it depend on, in a fixed number of queries. Without one of which
 * something cannot be read, be it its last good release: nothing is decided on half of what is known.
 */
export async function loadWatched(
  context: StoreContext,
  { chunk, slot }: Pick<SlotClaim, 'chunk' | 'slot'>,
  pace: ReadPace,
): Promise<Watched[]> {
  const { read, takenBack } = await idsReadIn(context, chunk, slot, pace);
  return toWatched(context, await loadRows(context, [...read, ...takenBack]), slot, new Set(takenBack));
}

/** These deployments as `loadWatched` has them: for whoever looks ahead and asks nothing. */
export async function loadWatchedOf(
  context: StoreContext,
  ids: readonly string[],
  slot: number,
): Promise<Watched[]> {
  if (ids.length === 0) return [];
  return toWatched(context, await loadRows(context, ids), slot);
}

/** Without pod templates, which nothing is judged by, and past Prisma what there is much of. */
async function loadRows({ prisma, sql }: StoreContext, ids: readonly string[]): Promise<LoadedRow[]> {
  const [rows, changes, states] = await Promise.all([
    prisma.deployment.findMany({
      where: { id: { in: [...ids] } },
      include: { service: true, acknowledgement: true },
      orderBy: { id: 'asc' },
    }),
    loadChangesInBrief(sql, ids),
    loadStateRows(sql, ids),
  ]);
  return rows.map((row) => ({
    ...row,
    changes: changes.get(row.id) ?? [],
    triggerStates: states.get(row.id) ?? [],
  }));
}

type LoadedRow = Parameters<typeof toDeployment>[0] & {
  service: Parameters<typeof toService>[0];
  triggerStates: Parameters<typeof loadTriggerStates>[1][number][];
  acknowledgement: Parameters<typeof toAcknowledgement>[0] | null;
};

async function toWatched(
  context: StoreContext,
  rows: readonly LoadedRow[],
  slot: number,
  takenBack: ReadonlySet<string> = new Set(),
): Promise<Watched[]> {
  const { prisma } = context;
  if (rows.length === 0) return [];
  const dependencies = [...new Set(rows.flatMap((row) => row.service.dependencies))];
  const [triggersOf, surroundings, evidence, statesOf] = await Promise.all([
    loadEffectiveTriggers(
      prisma,
      rows.map((row) => row.service),
    ),
    loadSurroundings(
      context,
      rows.map((row) => row.id),
    ),
    loadDependencyEvidence(context, dependencies, slot),
    loadTriggerStates(
      context,
      rows.flatMap((row) => row.triggerStates),
    ),
  ]);
  return readableRows(context, 'deployments', rows, {
    idOf: ({ id }) => id,
    read(row) {
      const [deployment, service] = [toDeployment(row), toService(row.service)];
      const { isStillHeld: isHeld, ...around } = surroundings(deployment);
      return {
        deployment: isHeld ? deployment : { ...deployment, putBack: null },
        service,
        triggers: withStates(triggersOf(service), statesOf(row.id), deployment),
        ...around,
        isTakenBack: takenBack.has(row.id),
        acknowledgement: row.acknowledgement && toAcknowledgement(row.acknowledgement),
        dependencyEvidence: evidence.filter((one) => service.dependencies.includes(one.service)),
      };
    },
  });
}

/**
 * What is read at its own pace or because it will be rolled back, and what is taken back now. Without those of a deleted service, and
 * without what an older server left as the newest.
 */
async function idsReadIn(
  { sql }: StoreContext,
  chunk: number,
  slot: number,
  pace: ReadPace,
): Promise<{ read: string[]; takenBack: string[] }> {
  const found = await sql<Candidate>(
    `select d.id, d.status, d.origin, d.watch_ends_at as "watchEndsAt", d.watch_closed_at as "watchClosedAt",
       d.watch_closed_at is not null
         and (${hasRestless('d.id', '$2::timestamptz')} or ${activeRunOf('d.service_key')} is not null) as restless,
       case when ${isAtWork('d')} then d.previous_deployment_id end as "takesBack"
     from deployments d join services s on s.key = d.service_key and s.deleted_at is null
     where d.chunk = $1 and ${isOfChunk('d')} and (d.watch_closed_at is null or d.release = s.last_release)`,
    [chunk, instant(slot - pace.intervalMs - pace.standingMs)],
    'prepared',
  );
  return {
    read: found.rows.filter((row) => isReadIn(slot, row, row.restless, pace)).map(({ id }) => id),
    takenBack: found.rows.flatMap(({ takesBack }) => takesBack ?? []),
  };
}

interface Candidate extends Watchable {
  id: string;
  restless: boolean;
  takesBack: string | null;
}

type Surroundings = Pick<
  Watched,
  'lastAttemptAt' | 'lastAttemptRunId' | 'activeRunId' | 'lastKnownGood' | 'between' | 'lastDecision'
>;

interface SurroundingRow {
  id: string;
  last_attempt: number | null;
  last_run: string | null;
  active: string | null;
  good: string | null;
  decision: string | null;
  held: boolean;
}

async function loadSurroundings(
  context: StoreContext,
  ids: string[],
): Promise<(deployment: Deployment) => Surroundings & { isStillHeld: boolean }> {
  const found = await context.sql<SurroundingRow>(
    `select d.id,
       attempt.at as last_attempt, attempt.run_id as last_run,
       ${activeRunOf('d.service_key')} as active,
       ${lastKnownGoodOf('d.service_key', 'd.release')} as good,
       (select id from decisions where deployment_id = d.id order by slot desc limit 1) as decision,
       ${isStillHeld('d')} as held
     from unnest($1::text[]) as wanted join deployments d on d.id = wanted
       left join lateral ${lastAttemptWithRunOf('d.service_key')} attempt on true`,
    [ids],
  );
  const named = (column: 'good' | 'decision') =>
    found.rows.map((row) => row[column]).filter((id) => id !== null);
  const pairs = found.rows.flatMap(({ id, good }) => (good === null ? [] : [{ id, good }]));
  const [goods, changes, between, decisions] = await Promise.all([
    context.prisma.deployment.findMany({ where: { id: { in: named('good') } } }),
    loadChangesInBrief(context.sql, named('good')),
    loadBetween(context, pairs),
    context.prisma.decision.findMany({ where: { id: { in: named('decision') } }, omit: withoutBasis }),
  ]);
  const good = new Map(goods.map((row) => [row.id, { ...row, changes: changes.get(row.id) ?? [] }]));
  const decision = new Map(decisions.map((row) => [row.id, row]));
  const byId = new Map(found.rows.map((row) => [row.id, row]));
  return (deployment) => {
    const row = byId.get(deployment.id);
    const [goodRow, decisionRow] = [good.get(row?.good ?? ''), decision.get(row?.decision ?? '')];
    return {
      isStillHeld: row?.held ?? false,
      lastAttemptAt: row?.last_attempt ?? null,
      lastAttemptRunId: row?.last_run ?? null,
      activeRunId: row?.active ?? null,
      lastKnownGood: goodRow ? toDeployment(goodRow) : null,
      between: between.get(deployment.id) ?? [],
      lastDecision:
        decisionRow && isJudgedAsIs(deployment, ms(decisionRow.slot)) ? toDecision(decisionRow) : null,
    };
  };
}
