import type { JudgedReading } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { type StoredJudgedReading, toJudgedReading } from '../rows/reading-row.ts';
import { definitionsOf } from './definitions.ts';
import { numbers, packed } from './read-readings.ts';

/**
 * The readings of triggers of these deployments that were packed after each trigger's state was written, for less than `withinMs`
 * after it, by slot.
 */
export async function packedSince(
  sql: Sql,
  deploymentIds: readonly string[],
  withinMs: number,
): Promise<JudgedReading[]> {
  if (deploymentIds.length === 0) return [];
  const within = "interval '1 ms' * $2::float8";
  const { rows } = await sql<StoredJudgedReading>(
    `with t as materialized (
       select deployment_id, trigger, last_slot from trigger_states
         where deployment_id = any($1::text[]) and last_slot is not null),
     s as materialized (
       select * from reading_series where deployment_id = any($1::text[])
         and day > (select min(last_slot) from t) - interval '1 day'),
     since as (select distinct s.chunk, s.shard, t.last_slot from t join s using (deployment_id, trigger)),
     p as materialized (
       select distinct on (q.chunk, q.shard, q.slot) q.* from since, lateral (
         select * from packed_readings where chunk = since.chunk and shard = since.shard
           and slot > since.last_slot and slot < since.last_slot + ${within}
         order by slot limit 1000) q
       order by q.chunk, q.shard, q.slot)
     select ${packed} from p cross join ${numbers}
       join s on s.id = n.series
       join t on t.deployment_id = s.deployment_id and t.trigger = s.trigger
         and p.slot > t.last_slot and p.slot < t.last_slot + ${within}
       order by p.slot`,
    [deploymentIds, withinMs],
    'prepared',
  );
  const definitionOf = await definitionsOf(sql, rows);
  return rows.map((row) => toJudgedReading(row, definitionOf(row)));
}
