import { type Deployment, isJudgedAsIs, type Watched } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import { loadChangesInBrief } from '../deployment/changes-in-brief.ts';
import { lastKnownGoodOf } from '../deployment/last-known-good.ts';
import { isStillHeld } from '../deployment/still-held.ts';
import { toldOverAt } from '../outbox/told-over.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toDecision, withoutBasis } from '../rows/trigger-row.ts';
import { activeRunOf, lastAttemptWithRunOf } from '../service/active-run.ts';
import type { Remembered } from './chunk-memory.ts';
import { loadBetween } from './load-between.ts';
import { changesVersionOf } from './load-parts.ts';

type Surroundings = Pick<
  Watched,
  | 'lastAttemptAt'
  | 'lastAttemptRunId'
  | 'activeRunId'
  | 'lastKnownGood'
  | 'between'
  | 'lastDecision'
  | 'toldOverAt'
>;

interface SurroundingRow {
  id: string;
  release: number;
  last_attempt: number | null;
  last_run: string | null;
  active: string | null;
  good: string | null;
  good_release: number | null;
  good_version: string | null;
  decision: string | null;
  told_over: number | null;
  held: boolean;
}

/** What decisions about these deployments depend on beside themselves, and the good ones among it, of which those that are known as they are are not read again. */
export async function loadSurroundings(
  context: StoreContext,
  ids: readonly string[],
  known: ReadonlyMap<string, Remembered<Deployment>>,
) {
  const found = await context.sql<SurroundingRow>(
    // Materialized, so that no plan looks for the good one of a deployment once for every row that it might be joined to.
    `with d as materialized (
       select d.id, d.service_key, d.release, d.put_back, ${lastKnownGoodOf('d.service_key', 'd.release')} as good
       from unnest($1::text[]) as wanted join deployments d on d.id = wanted)
     select d.id, d.release,
       attempt.at as last_attempt, attempt.run_id as last_run,
       ${activeRunOf('d.service_key')} as active,
       good.id as good, good.release as good_release,
       concat_ws(' ', good.xmin, good.ctid, ${changesVersionOf('good.id')}) as good_version,
       (select id from decisions where deployment_id = d.id order by slot desc limit 1) as decision,
       ${toldOverAt('d.id')} as told_over,
       ${isStillHeld('d')} as held
     from d left join lateral ${lastAttemptWithRunOf('d.service_key')} attempt on true
       left join deployments good on good.id = d.good`,
    [ids],
    'prepared',
  );
  const byId = new Map(found.rows.map((row) => [row.id, row]));
  const [goods, between, decisions] = await Promise.all([
    loadGoods(context, found.rows, known),
    loadBetween(context, found.rows.flatMap(passes)),
    loadDecisions(
      context,
      found.rows.flatMap(({ decision }) => decision ?? []),
    ),
  ]);
  const of = (deployment: Deployment): Surroundings & { isStillHeld: boolean } => {
    const row = byId.get(deployment.id);
    const decision = decisions.get(row?.decision ?? '');
    return {
      isStillHeld: row?.held ?? false,
      lastAttemptAt: row?.last_attempt ?? null,
      lastAttemptRunId: row?.last_run ?? null,
      activeRunId: row?.active ?? null,
      lastKnownGood: row?.good ? goods.of(row.good) : null,
      between: between.get(deployment.id) ?? [],
      lastDecision: decision && isJudgedAsIs(deployment, ms(decision.slot)) ? toDecision(decision) : null,
      toldOverAt: row?.told_over ?? null,
    };
  };
  return { of, goods: goods.byService };
}

/** Where any release can lie between the two. */
function passes({ id, good, release, good_release: before }: SurroundingRow) {
  return good !== null && before !== null && before < release - 1 ? [{ id, good }] : [];
}

async function loadDecisions({ prisma }: StoreContext, ids: string[]) {
  if (ids.length === 0) return new Map();
  const rows = await prisma.decision.findMany({ where: { id: { in: ids } }, omit: withoutBasis });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Of one that cannot be read, asking throws why. */
async function loadGoods(
  { prisma, sql }: StoreContext,
  found: readonly SurroundingRow[],
  known: ReadonlyMap<string, Remembered<Deployment>>,
) {
  const versions = new Map(found.flatMap((row) => (row.good ? [[row.good, row.good_version ?? '']] : [])));
  const same = [...known.values()].filter(({ value, version }) => versions.get(value.id) === version);
  const read = new Map(same.map((one) => [one.value.id, one]));
  const unread = [...versions.keys()].filter((id) => !read.has(id));
  const unreadable = new Map<string, unknown>();
  if (unread.length > 0) {
    const [rows, changes] = await Promise.all([
      prisma.deployment.findMany({ where: { id: { in: unread } } }),
      loadChangesInBrief(sql, unread),
    ]);
    for (const row of rows)
      try {
        const value = toDeployment({ ...row, changes: changes.get(row.id) ?? [] });
        read.set(row.id, { version: versions.get(row.id) ?? '', value });
      } catch (error) {
        unreadable.set(row.id, error);
      }
  }
  const of = (id: string): Deployment | null => {
    if (unreadable.has(id)) throw unreadable.get(id);
    return read.get(id)?.value ?? null;
  };
  return { of, byService: new Map([...read.values()].map((one) => [one.value.service, one])) };
}
