import { describe, expect, it } from 'vitest';
import { plantedBeliefs } from './planted-beliefs.ts';
import { type Played, playHistory } from './play-history.ts';

const histories = 1_000;
/** A planted belief must be noticed within this many. */
const historiesForBeliefs = 1_000;

const words = ({ seed, violations }: Played) => `history ${seed}: ${violations.join('; ')}`;

describe('what is called good', () => {
  it(`served completely and healthily for its window, in ${histories} histories`, async () => {
    const failures: string[] = [];
    const counts = {
      verified: 0,
      presumed_good: 0,
      unproven: 0,
      pending: 0,
      failed: 0,
      completed: 0,
      rolledBack: 0,
      runs: 0,
    };
    for (let seed = 1; seed <= histories; seed += 1) {
      const played = await playHistory(seed);
      if (played.violations.length > 0) failures.push(words(played));
      for (const { proof, status } of played.deployments) {
        counts[proof] += 1;
        if (status === 'failed') counts.failed += 1;
        if (status === 'completed') counts.completed += 1;
        if (status === 'rolled_back') counts.rolledBack += 1;
      }
      counts.runs += played.runs;
    }
    process.stdout.write(`${histories} histories: ${JSON.stringify(counts)}\n`);
    expect(failures).toEqual([]);
    // What never happens proves nothing.
    expect(counts.verified).toBeGreaterThan(histories / 6);
    expect(counts.presumed_good).toBeGreaterThan(histories / 2);
    expect(counts.unproven).toBeGreaterThan(histories / 4);
    expect(counts.failed).toBeGreaterThan(histories / 20);
    expect(counts.rolledBack).toBeGreaterThan(histories / 50);
  }, 120_000);

  it('is the same again for the same seed', async () => {
    const [first, again] = [await playHistory(7), await playHistory(7)];
    expect(again).toEqual(first);
  });
});

describe('a planted belief', () => {
  it.each(plantedBeliefs)(
    '%s is noticed, in a history that is sound without it',
    async (belief) => {
      for (let seed = 1; seed <= historiesForBeliefs; seed += 1) {
        const played = await playHistory(seed, belief);
        if (played.violations.length === 0) continue;
        expect((await playHistory(seed)).violations).toEqual([]);
        return;
      }
      throw new Error(`${belief} was not noticed in ${historiesForBeliefs} histories`);
    },
    60_000,
  );
});
