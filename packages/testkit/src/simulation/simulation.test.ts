import { describe, expect, it } from 'vitest';
import { addTo, countHappened, type WayCounts } from './count-happened.ts';
import { type PlantedFault, pastFaults, plantedFaults } from './planted-faults.ts';
import { type Simulated, simulate } from './simulate.ts';
import { simulatedWays } from './ways/index.ts';

/** The share of the thousand seeds that every test run takes; `run-simulation.ts` takes as many as it is told. */
const seeds = 150;
/** A planted fault must be caught within this many. */
const seedsForFaults = 1_000;
/** Where one shows seldom, it is looked for from here on. */
const beginsAt: { [F in PlantedFault]?: number } = { 'unfenced-configuration': 229 };

const broken = (result: Simulated) =>
  `seed ${result.seed}, trace ${result.traceHash}:\n${result.violations.join('\n')}`;

describe('replicas among faults', () => {
  it(`break no rule in ${seeds} seeds`, async () => {
    const failures: string[] = [];
    const ends = { done: 0, stopped: 0, takeovers: 0 };
    const happened = countHappened().count;
    const ways: WayCounts = { planned: {}, done: {} };
    for (let seed = 1; seed <= seeds; seed += 1) {
      const result = await simulate(seed);
      if (result.violations.length > 0) failures.push(broken(result));
      ends.done += result.runs.done ?? 0;
      ends.stopped += result.runs.stopped ?? 0;
      ends.takeovers += result.takeovers;
      addTo(happened, result.happened);
      addTo(ways.planned, result.ways.planned);
      addTo(ways.done, result.ways.done);
    }
    expect(failures).toEqual([]);
    // Faults that never happen prove nothing.
    expect(ends.done).toBeGreaterThan(seeds);
    expect(ends.stopped).toBeGreaterThan(seeds / 10);
    expect(ends.takeovers).toBeGreaterThan(seeds / 3);
    expect(happened.stops).toBeGreaterThan(seeds);
    expect(happened.stopsAsked).toBeGreaterThan(seeds / 2);
    expect(happened.cancels).toBeGreaterThan(seeds / 20);
    expect(happened.undos).toBeGreaterThan(seeds / 50);
    expect(happened.skips).toBeGreaterThan(seeds / 10);
    expect(happened.retries).toBeGreaterThan(seeds / 50);
    expect(happened.resumes).toBeGreaterThan(seeds / 3);
    expect(happened.groups).toBeGreaterThan(seeds / 10);
    expect(happened.migrations).toBeGreaterThan(seeds / 3);
    expect(happened.outsideUndos).toBeGreaterThan(seeds / 15);
    expect(happened.recovered).toBeGreaterThan(seeds / 10);
    expect(happened.meddlings).toBeGreaterThan(seeds / 3);
    expect(happened.crashes).toBeGreaterThan(seeds);
    for (const { name } of simulatedWays) {
      expect(ways.planned[name], `plans of ${name}`).toBeGreaterThan(seeds / 50);
      expect(ways.done[name], `rollbacks by ${name}`).toBeGreaterThan(seeds / 75);
    }
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

describe('a planted fault', () => {
  const firstCaught = async (fault: PlantedFault, words: RegExp): Promise<Simulated | null> => {
    const first = beginsAt[fault] ?? 1;
    for (let seed = first; seed < first + seedsForFaults; seed += 1) {
      const result = await simulate(seed, fault);
      if (result.violations.some((one) => words.test(one))) return result;
    }
    return null;
  };

  const said: Record<PlantedFault, RegExp> = {
    'fence-by-exists': /written under epoch/,
    'no-finisher': /was lost: it is running/,
    'self-reclaim': /while executing it/,
    'local-clock-lease': /before its time/,
    'effect-before-started': /was sent while its step was pending/,
    'stop-leaves-step': /left step \d+ \(.*\) on its way/,
    'stop-unheard': /was begun after its stop was asked for/,
    'blind-migration': /traffic flows to .* migrates it/,
    'two-active-runs': /roll .* back at once/,
    'applied-on-answer': /is applied, but the world is (before|under-way)/,
    'blind-abort': /\(order-abort\) is applied, but the world is before/,
    'any-commit-will-do': /\(wait-for-sync\) is applied, but the world is before/,
    'blind-apply': /\(apply-infrastructure\) is applied, but the world is under-way/,
    'image-unasked': /told pods to run .* which its registry has lost/,
    'unfenced-traffic': /overwrote (route|service)\/.*, as somebody else had set it/,
    'stage-taken-again': /took .* down from stage \d+ to stage \d+/,
    'dead-on-sight': /led .* back, and its old version had not died/,
    'unfenced-configuration': /overwrote configuration\/.*, as somebody else had set it/,
  };

  it.each(plantedFaults)(
    '%s is caught, and its seed replays byte for byte',
    async (fault) => {
      const caught = await firstCaught(fault, said[fault]);
      if (!caught) throw new Error(`${fault} was not noticed in ${seedsForFaults} seeds`);
      expect((await simulate(caught.seed, fault)).traceHash).toBe(caught.traceHash);
      expect((await simulate(caught.seed)).violations).toEqual([]);
    },
    60_000,
  );

  it('is planted of every kind there is', () => expect(pastFaults).toHaveLength(5));
});
