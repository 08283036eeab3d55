import type { ReadingRow } from '@lastgood/domain';
import type { TriggerRow } from '@lastgood/store/views/view-rows';
import { iso, seconds } from '../../wire/instant.ts';
import type { TriggerSeries } from './trigger-view-schema.ts';

/** One series per trigger, also for triggers without a point yet and for those no longer declared. */
export function toSeries(rows: readonly ReadingRow[], triggers: readonly TriggerRow[]): TriggerSeries[] {
  const byTrigger = Map.groupBy(rows, (row) => row.trigger);
  const declared = new Map(triggers.map(({ trigger }) => [trigger.name, trigger]));
  const names = new Set([...declared.keys(), ...byTrigger.keys()]);
  return [...names].map((name) => {
    const points = byTrigger.get(name) ?? [];
    const threshold = declared.get(name)?.threshold ?? points.at(-1)?.threshold ?? 0;
    return { trigger: name, threshold, points: points.map((row) => toPoint(row, threshold)) };
  });
}

/** Infinity has no place on a chart's axis: a gap whose kind says `value`. */
function toPoint(row: ReadingRow, threshold: number): TriggerSeries['points'][number] {
  const { reading } = row;
  return {
    at: iso(row.slot),
    value: reading.kind === 'value' && Number.isFinite(reading.value) ? reading.value : null,
    kind: reading.kind,
    phase: row.phase,
    heldSeconds: seconds(row.heldMs),
    lateMs: row.lateMs,
    ...(row.threshold === threshold ? {} : { threshold: row.threshold }),
  };
}
