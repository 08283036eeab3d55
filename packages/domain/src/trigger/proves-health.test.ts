import { aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { advanceTrigger } from './advance-trigger.ts';
import type { Reading } from './reading.ts';
import type { TriggerState } from './trigger-state.ts';

const rules = { intervalMs: 15_000, outageToleranceMs: 300_000 };
const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
const [healthy, breach]: Reading[] = [
  { kind: 'value', value: 0 },
  { kind: 'value', value: 1 },
];

/** Ten slots of one reading with one answer of the companion. */
function tenSlots(reading: Reading, samples: Reading, over = {}): TriggerState {
  let state: TriggerState | null = null;
  for (let at = 0; at < 10; at += 1) {
    const slot = dayZero + at * rules.intervalMs;
    const given = { reading, samples, slot, rules, counts: true, settling: false };
    state = advanceTrigger({ trigger: { ...trigger, ...over }, before: state, ...given }).state;
  }
  if (!state) throw new Error('ten slots leave a state');
  return state;
}

const companions: [string, Reading, number][] = [
  ['fails', { kind: 'unreachable', reason: 'HTTP 503' }, 0],
  ['is empty', { kind: 'no-data' }, 0],
  ['is not a number', { kind: 'not-a-number' }, 0],
  ['is ambiguous', { kind: 'ambiguous', count: 4 }, 0],
  ['counts too few samples', { kind: 'value', value: 3 }, 10],
  ['counts enough samples', { kind: 'value', value: 20 }, 10],
];

describe.each(companions)('while the companion %s', (_words, samples, proven) => {
  it('a slot in breach never speaks for the deployment', () => {
    expect(tenSlots(breach as Reading, samples)).toMatchObject({ slotsAsked: 10, slotsHealthy: 0 });
  });
  it(`a value within the threshold speaks for it in ${proven} of ten slots: both must have answered`, () => {
    expect(tenSlots(healthy as Reading, samples)).toMatchObject({ slotsAsked: 10, slotsHealthy: proven });
  });
});

it('a trigger without a companion speaks for the deployment by its value alone', () => {
  const state = tenSlots(healthy as Reading, { kind: 'no-data' }, { minSamples: undefined });
  expect(state.slotsHealthy).toBe(10);
});

describe.each(['hold', 'healthy', 'breach'] as const)('under the policy %s', (policy) => {
  it.each<Reading>([{ kind: 'no-data' }, { kind: 'not-a-number' }])('%j is nothing seen', (reading) => {
    const state = tenSlots(reading, { kind: 'value', value: 20 }, { onNoData: policy, onNotANumber: policy });
    expect(state.slotsHealthy).toBe(0);
  });
});
