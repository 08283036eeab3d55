import type { JudgedReading } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import { type StoredJudgedReading, toJudgedReading } from '../rows/reading-row.ts';
import { definitionsOf } from './definitions.ts';
import { numbers, packed } from './read-readings.ts';

/** A trigger of a deployment with the slot that its state was read at. */
export interface ReadState {
  deploymentId: string;
  trigger: string;
  lastSlot: number;
}

/**
 * The readings that were packed after these states, each's for less than `withinMs` after it, by slot. Since when is told, not
 * looked up: a state that is written anew between the two statements would end what followed the one that was read.
 *
 * Not prepared: a plan that is to fit one deployment as well as a chunk of them takes nested loops, seconds for the chunk.
 */
export async function packedSince(
  sql: Sql,
  states: readonly ReadState[],
  withinMs: number,
): Promise<JudgedReading[]> {
  if (states.length === 0) return [];
  const within = "interval '1 ms' * $2::float8";
  const { rows } = await sql<StoredJudgedReading>(
    `with t as materialized (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[]) as t(deployment_id, trigger, last_slot)),
     s as materialized (
       select * from reading_series where deployment_id = any($1::text[])
         and day > (select min(last_slot) from t) - interval '1 day'),
     since as (
       select s.chunk, s.shard, min(t.last_slot) as first, max(t.last_slot) + ${within} as until
       from t join s using (deployment_id, trigger)
       group by s.chunk, s.shard, date_bin(${within}, t.last_slot, 'epoch')),
     p as materialized (
       select distinct on (q.chunk, q.shard, q.slot) q.* from since, lateral (
         select * from packed_readings where chunk = since.chunk and shard = since.shard
           and slot > since.first and slot < since.until
         order by slot limit 8000) q
       order by q.chunk, q.shard, q.slot)
     select ${packed} from p cross join ${numbers}
       join s on s.id = n.series
       join t on t.deployment_id = s.deployment_id and t.trigger = s.trigger
         and p.slot > t.last_slot and p.slot < t.last_slot + ${within}
       order by p.slot`,
    [
      [...new Set(states.map(({ deploymentId }) => deploymentId))],
      withinMs,
      states.map(({ deploymentId }) => deploymentId),
      states.map(({ trigger }) => trigger),
      states.map(({ lastSlot }) => instant(lastSlot)),
    ],
  );
  const definitionOf = await definitionsOf(sql, rows);
  return rows.map((row) => toJudgedReading(row, definitionOf(row)));
}
