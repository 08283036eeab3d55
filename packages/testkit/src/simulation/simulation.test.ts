import { describe, expect, it } from 'vitest';
import { type Plant, plantedBugs } from './planted-bugs.ts';
import { type Simulated, simulate } from './simulate.ts';

/** The share of the thousand seeds that every test run takes; `run-simulation.ts` takes as many as it is told. */
const seeds = 150;
/** A planted bug must be caught within this many. */
const seedsForBugs = 1_000;

const broken = (result: Simulated) =>
  `seed ${result.seed}, trace ${result.traceHash}:\n${result.violations.join('\n')}`;

describe('replicas in a storm', () => {
  it(`break no rule in ${seeds} seeds`, async () => {
    const failures: string[] = [];
    const ends = { done: 0, stopped: 0, takeovers: 0 };
    for (let seed = 1; seed <= seeds; seed += 1) {
      const result = await simulate(seed);
      if (result.violations.length > 0) failures.push(broken(result));
      ends.done += result.runs.done ?? 0;
      ends.stopped += result.runs.stopped ?? 0;
      ends.takeovers += result.takeovers;
    }
    expect(failures).toEqual([]);
    // A storm in which nothing happens proves nothing.
    expect(ends.done).toBeGreaterThan(seeds);
    expect(ends.stopped).toBeGreaterThan(seeds / 10);
    expect(ends.takeovers).toBeGreaterThan(seeds / 3);
  }, 120_000);

  it('replay byte for byte', async () => {
    for (const seed of [1, 37, 61]) {
      const [first, again] = [await simulate(seed), await simulate(seed)];
      expect(again.trace).toEqual(first.trace);
      expect(again.traceHash).toBe(first.traceHash);
      expect(first.trace.length).toBeGreaterThan(20);
    }
    expect((await simulate(2)).traceHash).not.toBe((await simulate(3)).traceHash);
  });
});

describe('a planted bug', () => {
  const firstCaught = async (bug: Plant): Promise<Simulated | null> => {
    for (let seed = 1; seed <= seedsForBugs; seed += 1) {
      const result = await simulate(seed, bug);
      if (result.violations.length > 0) return result;
    }
    return null;
  };

  it.each([
    ['fence-by-exists', /written under epoch/],
    ['no-finisher', /was lost: it is running/],
    ['self-reclaim', /while executing it/],
    ['local-clock-lease', /before its time/],
    ['effect-before-started', /was sent while its step was pending/],
  ] as const)(
    '%s is caught, and its seed replays byte for byte',
    async (bug, words) => {
      const caught = await firstCaught(bug);
      if (!caught) throw new Error(`${bug} was not noticed in ${seedsForBugs} seeds`);
      expect(caught.violations.join('\n')).toMatch(words);
      expect((await simulate(caught.seed, bug)).traceHash).toBe(caught.traceHash);
      expect((await simulate(caught.seed)).violations).toEqual([]);
    },
    60_000,
  );

  it('is planted of every kind there is', () => expect(plantedBugs).toHaveLength(5));
});
