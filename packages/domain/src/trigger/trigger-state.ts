import type { TriggerPart } from './part.ts';
import type { Reading } from './reading.ts';

export type TriggerPhase = 'unknown' | 'inactive' | 'pending' | 'firing';

/** Kept per (deployment, trigger). Everything the machine remembers between two slots. Instants are slot times. */
export interface TriggerState {
  phase: TriggerPhase;
  /** Slot in which the phase was entered. */
  since: number;
  /** Breach time counted so far, at most one interval between two successive breach readings. */
  heldMs: number;
  /** Last slot with any evaluation, answered or not. */
  lastSlot: number | null;
  /** Last slot with a reading that said breach or healthy (by value or by policy). */
  lastJudgedSlot: number | null;
  /** Last slot in breach, though it has resolved since; null while it never was. */
  lastBreachSlot: number | null;
  /** The last reading as it was. */
  reading: Reading | null;
  /** What it is made of; absent where it says all, or where nobody kept it because nothing happened. */
  parts?: TriggerPart[];
  /** Health of the query, apart from the phase: since when it could not be asked, and why. */
  troubleSince: number | null;
  troubleReason: string | null;
  /** The companion of `minSamples` and its own health; null without one. */
  companion: CompanionState | null;
  /** Slots of the watch window that were asked, and those that speak for the deployment (`provesHealth`): the base of `verified`. */
  slotsAsked: number;
  slotsHealthy: number;
  /** Whether it ever fired for this deployment. */
  everFired: boolean;
}

/** How the companion query of a trigger stands. While it gives no number the trigger cannot say breach, and its slots prove nothing. */
export interface CompanionState {
  reading: Reading;
  troubleSince: number | null;
  troubleReason: string | null;
}
