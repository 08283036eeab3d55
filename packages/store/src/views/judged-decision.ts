import type { AskRow, Decision, DecisionBasis, JudgedReading } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import type { Decision as DecisionRow } from '../generated/client.ts';
import { definitionsOf } from '../reading/definitions.ts';
import { readingsOf } from '../reading/read-readings.ts';
import { toJudgedReading } from '../rows/reading-row.ts';
import { toDecision } from '../rows/trigger-row.ts';

/** A decision with everything that it is judged again from. */
export interface JudgedDecision {
  decision: Decision;
  /** Of its deployment, up to its slot; the newest where they are more than are read. */
  readings: JudgedReading[];
  /** Whether older readings are not among them: not kept any more, not read, or stored when less was kept. */
  isCut: boolean;
}

/** As many readings of a deployment are read; a watch of half an hour has 120 for each trigger. */
const mostReadings = 6_000;

/** By its own id, or the newest of a deployment. */
export async function loadJudgedDecision(
  context: StoreContext,
  of: { id: string } | { deploymentId: string },
): Promise<JudgedDecision | null> {
  const { prisma, sql } = context;
  const row = await prisma.decision.findFirst({ where: of, orderBy: { slot: 'desc' } });
  if (!row) return null;
  const decision = withBasis(row);
  const rows = await readingsOf(sql, decision.deploymentId, { from: 0, to: decision.slot }, mostReadings);
  const definitionOf = await definitionsOf(sql, rows);
  const readable = rows.filter((one) => definitionOf(one) && one.counts !== null && one.settling !== null);
  const readings = readable.map((one) => toJudgedReading(one, definitionOf(one)));
  const isShort = rows.length === mostReadings || readable.length < rows.length;
  const isCut = isShort || (await isOlderThanKept(context, decision.deploymentId));
  // Half a slot would be judged without some of its triggers.
  const oldest = rows.length === mostReadings ? rows[0]?.slot : undefined;
  return { decision, readings: readings.filter(({ slot }) => slot !== oldest), isCut };
}

function withBasis(row: DecisionRow): Decision {
  return { ...toDecision(row), basis: fromJson<DecisionBasis | null>(row.basis) };
}

/** Whether readings of a deployment's time may have been dropped since: whole days are, slots to the second. */
async function isOlderThanKept({ sql }: StoreContext, deploymentId: string): Promise<boolean> {
  const found = await sql<{ older: boolean }>(
    `select started_at < (select date_trunc('day', min(slot), 'UTC') from slots) as older from deployments where id = $1`,
    [deploymentId],
  );
  return found.rows[0]?.older === true;
}

/** A query as it is looked for: its beginning, and how long it is. */
export interface QueryBeginning {
  query: string;
  queryLength: number;
}

/** What was sent in some slots for the chunk of a deployment, of these queries alone, by slot. */
export async function loadAsksOf(
  { sql }: StoreContext,
  deploymentId: string,
  slots: readonly number[],
  wanted: readonly QueryBeginning[],
): Promise<(AskRow & { queryLength: number })[]> {
  if (slots.length === 0 || wanted.length === 0) return [];
  const longest = Math.max(...wanted.map(({ query }) => query.length));
  const found = await sql<AskRow & { queryLength: number }>(
    `with w as (select * from unnest($3::text[], $4::int[]) as w(beginning, length)),
       d as (select chunk from deployments where id = $1)
     select a.slot, a.at, w.beginning as query, w.length as "queryLength", a.answer_digest as "answerDigest",
         a.took_ms as "tookMs", a.error
       from asks a join w on left(a.query, $5) = w.beginning and length(a.query) = w.length
       where a.slot = any($2::timestamptz[]) and a.chunk = (select chunk from d)
     union all
     select p.slot, p.at, w.beginning, w.length,
         'sha256:' || encode(substring(p.answer_digests from n.place::int * 32 - 31 for 32), 'hex'), n.took_ms, null
       from packed_asks p
       cross join lateral unnest(p.queries, p.took_ms) with ordinality as n(query, took_ms, place)
       join asked_queries q on q.id = n.query
       join w on left(q.query, $5) = w.beginning and length(q.query) = w.length
       where p.slot = any($2::timestamptz[]) and p.chunk = (select chunk from d)
     order by 1, 3, 2`,
    [
      ...[deploymentId, slots.map((slot) => instant(slot))],
      ...[wanted.map(({ query }) => query), wanted.map(({ queryLength }) => queryLength), longest],
    ],
  );
  return found.rows;
}
