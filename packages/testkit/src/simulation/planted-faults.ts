import type { RunStoreFault } from '../fakes/store/run-store.ts';

/** Each was made once, in a prototype; each must be noticed. */
export const pastFaults = [
  'fence-by-exists',
  'no-finisher',
  'self-reclaim',
  'local-clock-lease',
  'effect-before-started',
] as const;

/** Nobody has made these yet; they prove that what the referee says about people and about the world can fail. */
const possibleFaults = [
  /** A run that is to stop leaves the step in progress as if it had not begun. */
  'stop-leaves-step',
  /** A holder that does not know of a stop begins the next step. */
  'stop-unheard',
  /** The migration does not look for open sessions. */
  'blind-migration',
  /** The store has no unique index over active runs. */
  'two-active-runs',
  /** A change of the world is recorded as applied when it was merely sent. */
  'applied-on-answer',
  /** An abort that was ordered is taken for done. */
  'blind-abort',
  /** What a controller has applied is taken for the revert, whatever commit it is. */
  'any-commit-will-do',
  /** Configuration that is being applied is taken for applied. */
  'blind-apply',
  /** An image that its registry has lost is taken for there. */
  'image-unasked',
  /** Traffic is led back whoever has led it elsewhere meanwhile. */
  'unfenced-traffic',
  /** A stage is led whoever has gone further meanwhile. */
  'stage-taken-again',
  /** An old version that is well, and has a share of the traffic, is taken for dead. */
  'dead-on-sight',
  /** What an object holds is overwritten whoever has changed it meanwhile. */
  'unfenced-configuration',
] as const;

export const plantedFaults = [...pastFaults, ...possibleFaults] as const;

export type PlantedFault = (typeof plantedFaults)[number];

const inStore: ReadonlySet<string> = new Set<RunStoreFault>([
  'fence-by-exists',
  'no-finisher',
  'self-reclaim',
  'local-clock-lease',
  'two-active-runs',
  'stop-unheard',
]);

export function storeFaults(planted: PlantedFault | null): ReadonlySet<RunStoreFault> {
  return new Set(isStoreFault(planted) ? [planted] : []);
}

function isStoreFault(planted: PlantedFault | null): planted is Extract<PlantedFault, RunStoreFault> {
  return planted !== null && inStore.has(planted);
}
