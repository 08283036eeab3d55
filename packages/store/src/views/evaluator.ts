import { instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { EvaluatorRow } from './view-rows.ts';

/**
 * The newest finished slot over all chunks, with its slowest chunk. Missed is what no replica claimed, what one claimed
 * and never finished (a newer slot of the chunk is there), and what came too late to count.
 */
export async function loadEvaluator(sql: Sql, missedSince: number): Promise<EvaluatorRow> {
  const found = await sql<{ slot: number | null; late_ms: number | null; missed: number }>(
    `select newest.slot, newest.late_ms, lost.missed from
       (select max(slot) as slot,
          (select max(late_ms) from slots where slot =
             (select max(slot) from slots where finished is not null and not discarded)) as late_ms
        from slots where finished is not null and not discarded) newest,
       (select coalesce(sum(missed), 0)::int
          + (count(*) filter (where discarded
             or (finished is null and slot < (select max(last_claimed) from chunks where chunk = s.chunk))))::int
          as missed
        from slots s where slot >= $1) lost`,
    [instant(missedSince)],
  );
  const { slot, late_ms, missed } = onlyRow(found);
  return { lastSlot: slot, lateMs: late_ms, missed };
}
