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

/** Characters of points in an answer; with what else is in it, it stays below 250 KB. */
const mostCharacters = 240_000;

/**
 * Of more readings than an answer holds those of the newest slots, none in part, and the slot with which older ones go on; that is null where all
 * are here.
 *
 * @param newest by slot, oldest first; of more than `limit` the oldest slot may be there in part
 */
export function newestSlots(
  newest: readonly ReadingRow[],
  triggers: readonly TriggerRow[],
  limit: number,
): { rows: readonly ReadingRow[]; earlierTo: number | null } {
  const declared = new Map(triggers.map(({ trigger }) => [trigger.name, trigger.threshold]));
  const slots = [...Map.groupBy(newest, ({ slot }) => slot)].sort(([a], [b]) => b - a);
  const whole = newest.length > limit ? slots.slice(0, -1) : slots;
  let left = mostCharacters;
  const fits = whole.findIndex(([, rows], index) => {
    for (const row of rows)
      left -= JSON.stringify(toPoint(row, declared.get(row.trigger) ?? Number.NaN)).length + 1;
    return left < 0 && index > 0;
  });
  const shown = fits === -1 ? whole : whole.slice(0, fits);
  return {
    rows: shown.toReversed().flatMap(([, rows]) => rows),
    earlierTo: slots[shown.length]?.[0] ?? null,
  };
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
