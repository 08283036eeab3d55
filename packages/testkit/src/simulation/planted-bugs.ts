import type { PlantedBug } from './simulate.ts';

/** Each was made once, in a prototype; each must be noticed. */
export const plantedBugs = [
  'fence-by-exists',
  'no-finisher',
  'self-reclaim',
  'local-clock-lease',
  'effect-before-started',
] as const satisfies readonly PlantedBug[];
