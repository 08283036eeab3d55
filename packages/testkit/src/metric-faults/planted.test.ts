import { describe, expect, test } from 'vitest';
import { type PlantedFault, plantedFaults } from './planted-faults.ts';
import { sweepBreached, sweepHealthy } from './sweep.ts';

/** Which of both thousands notices a fault, and from which seed on it is looked for. */
const noticedBy: Record<PlantedFault, ['healthy' | 'breached', from: number]> = {
  'empty-is-zero': ['healthy', 52],
  'no-number-is-zero': ['breached', 55],
  'unreachable-is-healthy': ['healthy', 204],
  'first-of-many': ['healthy', 39],
  'partial-believed': ['healthy', 15],
  'status-ignored': ['healthy', 25],
  'cache-believed': ['healthy', 16],
  'gap-counts-whole': ['healthy', 13],
  'gap-begins-anew': ['breached', 39],
  'hold-lost-on-restart': ['breached', 39],
  'cooldown-before-commit': ['breached', 192],
};

/** As many as there are schedules. */
const last = 1_000;

describe('a planted fault', () => {
  test.each(plantedFaults)(
    '%s is noticed, by a seed that nothing is wrong with without it',
    async (planted) => {
      const [thousand, from] = noticedBy[planted];
      const sweep = thousand === 'healthy' ? sweepHealthy : sweepBreached;
      const caught = await sweep({ from, seeds: last - from, planted, untilCaught: true });
      const [words = 'it was not noticed'] = caught.violations;
      expect(words).toMatch(/was rolled back|too late|was missed/);
      const seed = Number(/^seed (\d+)/.exec(words)?.[1]);
      expect((await sweep({ from: seed, seeds: 1 })).violations).toEqual([]);
    },
    300_000,
  );
});
