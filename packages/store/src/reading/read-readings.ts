import { instant, type Sql } from '../connection/pool.ts';
import { isTakenBackNow } from '../deployment/taken-back.ts';
import type { StoredJudgedReading } from '../rows/reading-row.ts';
import { isOfChunk } from '../write/chunk-of.ts';
import { shards } from './shards.ts';

/*
 * Readings are in rows of their own (`readings`) or packed by the shard (`packed_readings`, with what they share in
 * `reading_series`). Whoever reads them reads both as one.
 */

/** Of a row `r` of `readings`. */
const own = `r.deployment_id, r.trigger, r.slot, r.kind, r.value, r.detail, r.parts, r.threshold, r.phase, r.held_ms, r.late_ms,
  r.definition, r.sample_kind, r.sample_value, r.sample_detail, r.counts, r.settling`;

/** The same of a number `n` in a row `p` of `packed_readings` with its series `s`. */
export const packed = `s.deployment_id, s.trigger, p.slot, s.kind, n.number as value, s.detail, null::jsonb as parts, s.threshold, s.phase,
  0::float8 as held_ms, p.late_ms, s.definition, s.sample_kind, n.sample as sample_value, s.sample_detail,
  s.counts, s.settling`;

/** Every number of the rows `p`. */
export const numbers = `lateral unnest(p.series, p.numbers, p.samples) as n(series, number, sample)`;

/**
 * The readings of one deployment between two slots, both included, by slot and trigger; all of them without bounds, the newest
 * with a `limit`.
 */
export async function readingsOf(
  sql: Sql,
  deploymentId: string,
  between?: { from: number; to: number },
  limit?: number,
): Promise<StoredJudgedReading[]> {
  const found = await sql<StoredJudgedReading>(
    `with s as materialized (select * from reading_series where deployment_id = $1)
     select ${own} from readings r
       where r.deployment_id = $1 and r.slot between $2::timestamptz and $3::timestamptz
     union all
     select ${packed} from packed_readings p cross join ${numbers} join s on s.id = n.series
       where (p.chunk, p.shard) in (select chunk, shard from s) and p.series && (select array_agg(id) from s)
         and p.slot between greatest($2::timestamptz, (select min(day) from s)) and $3::timestamptz
     order by slot desc, trigger desc limit $4`,
    [deploymentId, instant(between?.from) ?? '-infinity', instant(between?.to) ?? 'infinity', limit ?? null],
  );
  return found.rows.reverse();
}

/**
 * The last readings of every trigger these watched deployments have a state of, at least `count` of them where there are as many,
 * by slot.
 */
export async function recentReadings(sql: Sql, deploymentIds: readonly string[], count: number) {
  const found = await sql<StoredJudgedReading>(
    `with s as materialized (select * from reading_series where deployment_id = any($1::text[]))
     select ${own} from trigger_states t,
       lateral (select * from readings where deployment_id = t.deployment_id and trigger = t.trigger
         order by slot desc limit $2) r
       where t.deployment_id = any($1::text[])
     union all
     select ${packed} from (select distinct chunk, shard from s) as place,
       lateral (select * from packed_readings where chunk = place.chunk and shard = place.shard
         order by slot desc limit $2) p
       cross join ${numbers} join s on s.id = n.series
     order by slot`,
    [deploymentIds, count],
  );
  return found.rows;
}

/** What a live reading needs besides; `d` is its watched deployment. */
const live = `d.service_key, t.trouble_reason,
  t.trigger is not null and t.last_judged_slot is distinct from t.last_slot as stands_still`;
const ofLive = (reading: string, deployments = 'd.watch_closed_at is null') =>
  `join deployments d on d.id = ${reading}.deployment_id and (${deployments} or ${isTakenBackNow('d.id')})
   left join trigger_states t on t.deployment_id = ${reading}.deployment_id and t.trigger = ${reading}.trigger`;

export interface StoredLiveReading extends StoredJudgedReading {
  service_key: string;
  trouble_reason: string | null;
  stands_still: boolean;
}

/** A chunk in one slot. */
export interface JudgedChunk {
  slot: number;
  chunk: number;
}

/** What was judged and committed of the slots after `slot`, by slot: each chunk of a slot by itself, for it has a moment of its own. */
export async function judgedChunks(sql: Sql, slot: number): Promise<JudgedChunk[]> {
  const found = await sql<JudgedChunk>(
    `select slot, chunk from slots where slot > $1 and finished is not null and not discarded order by slot, chunk`,
    [instant(slot)],
    'prepared',
  );
  return found.rows;
}

/**
 * The readings of deployments that are watched or taken back, as these chunks were judged, by slot, deployment and trigger; of those
 * that stand what is not packed: of so many services at rest nobody looks at each number.
 */
export async function readingsOfChunks(
  sql: Sql,
  chunks: readonly JudgedChunk[],
): Promise<StoredLiveReading[]> {
  const slots = chunks.map(({ slot }) => instant(slot));
  const found = await sql<StoredLiveReading>(
    `with judged as (select * from unnest($1::timestamptz[], $2::int[]) as judged(slot, chunk))
     select ${own}, ${live} from readings r ${ofLive('r', isOfChunk('d'))}
       join judged on judged.slot = r.slot and judged.chunk = coalesce(r.chunk, d.chunk)
       where r.slot = any($1)
     union all
     select ${packed}, ${live}
       from judged cross join generate_series(0, ${shards - 1}) as of(shard)
       join packed_readings p on p.chunk = judged.chunk and p.shard = of.shard and p.slot = judged.slot
       cross join ${numbers} join reading_series s on s.id = n.series ${ofLive('s')}
       where judged.chunk in (select chunk from deployments where watch_closed_at is null) and p.slot = any($1)
     order by slot, deployment_id, trigger`,
    [slots, chunks.map(({ chunk }) => chunk)],
  );
  return found.rows;
}
