import type { JudgedReading, ReadingRow, TriggerDefinition, TriggerState } from '@lastgood/domain';
import { partsFrom, toReading } from './trigger-row.ts';

/** What a reading is made of, as `readings` has it. */
export interface StoredReading {
  deployment_id: string;
  trigger: string;
  slot: number;
  kind: string;
  value: number | null;
  detail: string | null;
  threshold: number;
  phase: TriggerState['phase'];
  held_ms: number;
  late_ms: number;
}

/** A reading with everything of it that is stored. Rows older than the columns of `JudgedReading` have null in them. */
export interface StoredJudgedReading extends StoredReading {
  definition: string | null;
  parts: unknown;
  sample_kind: string | null;
  sample_value: number | null;
  sample_detail: string | null;
  counts: boolean | null;
  settling: boolean | null;
}

export function toReadingRow(row: StoredReading): ReadingRow {
  const reading = toReading(row);
  if (!reading) throw new Error('a stored reading has no kind');
  return {
    deploymentId: row.deployment_id,
    trigger: row.trigger,
    slot: row.slot,
    reading,
    threshold: row.threshold,
    phase: row.phase,
    heldMs: row.held_ms,
    lateMs: row.late_ms,
  };
}

/** Throws for one that was stored before readings kept their definition: what is missing cannot be judged again. */
export function toJudgedReading(
  row: StoredJudgedReading,
  definition: TriggerDefinition | undefined,
): JudgedReading {
  const { counts, settling } = row;
  if (!definition || counts === null || settling === null)
    throw new Error(`the reading of ${row.trigger} at ${row.slot} was stored without its definition`);
  return {
    ...toReadingRow(row),
    definition,
    ...partsFrom(row.parts),
    samples: toReading({ kind: row.sample_kind, value: row.sample_value, detail: row.sample_detail }),
    counts,
    settling,
  };
}
