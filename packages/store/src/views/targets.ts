import { onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { isGood, lastKnownGoodOf } from '../deployment/last-known-good.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { activeRunOf } from '../service/active-run.ts';
import { isNewest } from '../write/newest.ts';
import type { TargetsRow } from './view-rows.ts';

/** So many good ones, and so many others, are looked at: templates are large. */
const mostOfEach = 15;

/** When the release after it began, as SQL over a deployment. */
const nextBegan = `(select n.started_at from deployments n where n.service_key = d.service_key
    and n.release > d.release order by n.release limit 1)`;

const earlier = (which: string) => `(select d.id, d.release, ${nextBegan} as ended from deployments d
    where d.service_key = $1 and d.release < $2 and ${which} order by d.release desc limit ${mostOfEach})`;

/** What a deployment could be taken back to, with the templates. */
export async function loadTargets(context: StoreContext, id: string): Promise<TargetsRow | null> {
  const { prisma, sql } = context;
  const row = await prisma.deployment.findUnique({
    where: { id },
    include: { ...withChanges, service: true },
  });
  if (!row) return null;
  const of = [row.serviceKey, row.release];
  const [about, found] = await Promise.all([
    sql<{ chosen: string | null; active: string | null; newest: boolean; earlier: number }>(
      `select ${lastKnownGoodOf('$1', '$2::int')} as chosen, ${activeRunOf('$1')} as active,
         (select ${isNewest('d')} from deployments d where d.service_key = $1 and d.release = $2::int) as newest,
         (select count(*) from deployments where service_key = $1 and release < $2::int) as earlier`,
      of,
    ),
    sql<{ id: string; ended: number | null }>(
      `select id, ended from (${earlier(isGood('d'))} union all ${earlier(`not ${isGood('d')}`)}) both_kinds`,
      of,
    ),
  ]);
  const { chosen, active, newest, earlier: all } = onlyRow(about);
  const ids = new Set([...found.rows.map((one) => one.id), ...(chosen === null ? [] : [chosen])]);
  const rows = await prisma.deployment.findMany({ where: { id: { in: [...ids] } }, include: withChanges });
  const ended = new Map(found.rows.map((one) => [one.id, one.ended]));
  return {
    deployment: toDeployment(row),
    service: toService(row.service),
    isNewest: newest,
    activeRunId: active,
    chosenId: chosen,
    candidates: rows.map((one) => ({
      deployment: toDeployment(one),
      lastServedAt: ended.get(one.id) ?? null,
    })),
    more: Math.max(0, all - ids.size),
  };
}
