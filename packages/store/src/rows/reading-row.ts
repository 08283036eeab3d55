import type { ReadingRow, TriggerState } from '@lastgood/domain';
import { toReading } from './trigger-row.ts';

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
