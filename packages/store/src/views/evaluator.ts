import { instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { EvaluatorRow } from './view-rows.ts';

/**
 * The newest finished slot over all chunks, with its slowest chunk. Missed is what no replica claimed, what one claimed
 * and never finished (a newer slot of the chunk is there), and what came too late to count: since `missedSince` alone, also where
 * nobody judged anything for longer than that.
 */
export async function loadEvaluator(sql: Sql, missedSince: number): Promise<EvaluatorRow> {
  const found = await sql<{ slot: number | null; late_ms: number | null; missed: number; has_work: boolean }>(
    `select newest.slot, newest.late_ms, lost.missed, exists (select 1 from services s
       join deployments d on d.service_key = s.key where s.deleted_at is null) as has_work from
       (select max(slot) as slot,
          (select max(late_ms) from slots where slot =
             (select max(slot) from slots where ${counts})) as late_ms
        from slots where ${counts}) newest,
       (select coalesce(sum(case when missed > 0 then least(missed, ${missedWithin}) else 0 end), 0)::int
          + (count(*) filter (where discarded
             or (finished is null and slot < (select max(last_claimed) from chunks where chunk = s.chunk))))::int
          as missed
        from slots s where slot >= $1) lost`,
    [instant(missedSince)],
  );
  const { slot, late_ms, missed, has_work } = onlyRow(found);
  return { lastSlot: slot, lateMs: late_ms, missed, hasWork: has_work };
}

/** Without what was judged in a future from which the database's clock has gone back. */
const counts = "finished is not null and not discarded and slot <= clock_timestamp() + interval '1 second'";

/** Of the slots that nobody claimed before a row `s`, which lie evenly between it and the row before, those from $1 on. */
const missedWithin = `floor((missed + 1) * extract(epoch from s.slot - $1) / extract(epoch from s.slot -
  (select max(slot) from slots before where before.chunk = s.chunk and before.slot < s.slot)))`;
