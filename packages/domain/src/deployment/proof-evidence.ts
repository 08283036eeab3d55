import type { ReadingRow } from '../trigger/judged-reading.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { isAutomatic, type RollbackTrigger } from '../trigger/trigger.ts';
import { expectedSlots, isInWatchWindow } from './close-watch.ts';
import type { Deployment } from './deployment.ts';

/** What one trigger saw of a deployment in its watch window. */
export interface SeenByTrigger {
  trigger: RollbackTrigger;
  /** Slots in which it was seen healthy, and those in which it was due. */
  healthy: number;
  expected: number;
  everFired: boolean;
  /** The number that was nearest to a breach, or farthest in it; null when no number is kept. */
  worst: { value: number; at: number } | null;
  /** Whether it decides about the proof: those that only suggest or are logged do not. */
  decides: boolean;
}

/**
 * What *verified* rests on, or why it is not: of every trigger how often it was seen healthy in the window, and the worst number
 * among `readings`. Those that decide come first.
 */
export function proofEvidence(
  deployment: Deployment,
  judged: readonly JudgedTrigger[],
  readings: readonly ReadingRow[],
  intervalMs: number,
): SeenByTrigger[] {
  const inWindow = Map.groupBy(
    readings.filter(
      ({ slot }) =>
        slot <= (deployment.watchClosedAt ?? slot) &&
        isInWatchWindow({ ...deployment, watchClosedAt: null }, slot),
    ),
    ({ trigger }) => trigger,
  );
  return judged
    .map((one) => ({
      trigger: one.trigger,
      healthy: one.state.slotsHealthy,
      expected: deployment.completedAt === null ? 0 : expectedSlots(deployment, one, intervalMs),
      everFired: one.state.everFired,
      worst: worstOf(one.trigger, inWindow.get(one.trigger.name) ?? []),
      decides: isAutomatic(one.trigger),
    }))
    .sort((a, b) => Number(b.decides) - Number(a.decides));
}

function worstOf({ comparison }: RollbackTrigger, rows: readonly ReadingRow[]): SeenByTrigger['worst'] {
  let worst: SeenByTrigger['worst'] = null;
  for (const { slot, reading } of rows) {
    if (reading.kind !== 'value') continue;
    const isWorse =
      worst === null ||
      (comparison === 'greater_than' ? reading.value > worst.value : reading.value < worst.value);
    if (isWorse) worst = { value: reading.value, at: slot };
  }
  return worst;
}
