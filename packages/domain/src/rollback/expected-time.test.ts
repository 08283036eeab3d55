import { describe, expect, it } from 'vitest';
import { expectedStep, expectedTotal, quickestPassMs } from './expected-time.ts';

const kind = 'wait-until-stable';
const nothing = { service: {}, environment: {} };

describe('what a step will take', () => {
  it('is the median of the service, else of its environment, else what is shipped', () => {
    const environment = { [kind]: [20_000, 13_000] };
    const service = { [kind]: [9_000, 1_000, 5_000] };
    expect(expectedStep(kind, { service, environment })).toEqual({ ms: 5_000, from: 'service', runs: 3 });
    expect(expectedStep(kind, { service: {}, environment })).toEqual({
      ms: 20_000,
      from: 'environment',
      runs: 2,
    });
    expect(expectedStep(kind, nothing)).toEqual({ ms: 150_000, from: 'prior', runs: 0 });
  });

  it('is for a verification what its slowest check needs to pass as often as it must', () => {
    const checks = [
      { passes: 3, everyMs: 5_000 },
      { passes: 2, everyMs: 30_000 },
    ];
    expect(quickestPassMs(checks)).toBe(30_000);
    expect(quickestPassMs([])).toBeNull();
    expect(expectedStep('verify', nothing, 30_000)).toEqual({ ms: 30_000, from: 'prior', runs: 0 });
  });
});

describe('what all steps take', () => {
  const own = { ms: 1_000, from: 'service', runs: 4 } as const;
  const prior = { ms: 2_000, from: 'prior', runs: 0 } as const;

  it('is their sum, from the weakest of their sources', () => {
    expect(expectedTotal([own, { ...own, runs: 2 }])).toEqual({ ms: 2_000, from: 'service', runs: 2 });
    expect(expectedTotal([own, prior])).toEqual({ ms: 3_000, from: 'prior', runs: 0 });
  });

  it('is not known where one of them is not', () => {
    expect(expectedTotal([own, null])).toBeNull();
    expect(expectedTotal([])).toBeNull();
  });
});
