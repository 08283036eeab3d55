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
  lastBreachSlot: number | null;
  /** The last reading as it was. */
  reading: Reading | null;
  /** Health of the asking, apart from the phase: since when it could not be asked, and why. */
  troubleSince: number | null;
  troubleReason: string | null;
  /** Slots after completion that were asked, and answered with a real value: the base of `verified`. */
  slotsAsked: number;
  slotsAnswered: number;
  /** Whether it ever fired for this deployment. */
  everFired: boolean;
}
