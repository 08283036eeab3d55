import { aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { describeTrigger } from '../decision/sentence.ts';
import { advanceTrigger, type TriggerEvent } from './advance-trigger.ts';
import type { Reading } from './reading.ts';
import type { TriggerState } from './trigger-state.ts';

const rules = { intervalMs: 15_000, outageToleranceMs: 300_000 };
const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
const value = (number: number): Reading => ({ kind: 'value', value: number });

function play(slots: [reading: Reading, samples: Reading | null][]) {
  let state: TriggerState | null = null;
  const events: (TriggerEvent & { slot: number })[] = [];
  slots.forEach(([reading, samples], index) => {
    const slot = dayZero + index * rules.intervalMs;
    const given = { trigger, reading, samples, slot, rules, counts: true, settling: false };
    const advance = advanceTrigger({ ...given, before: state });
    state = advance.state;
    events.push(...advance.events.map((event) => ({ ...event, slot: index })));
  });
  return { state: state as unknown as TriggerState, events };
}

describe('the health of the companion query', () => {
  it.each<[string, Reading, string]>([
    ['that fails', { kind: 'unreachable', reason: 'HTTP 503' }, 'HTTP 503'],
    ['that answers nothing', { kind: 'no-data' }, 'it answers nothing'],
    ['that answers no number', { kind: 'not-a-number' }, 'it answers no number'],
    [
      'that answers many',
      { kind: 'ambiguous', count: 3 },
      'the query answered 3 series where one was expected',
    ],
  ])('%s is in trouble, apart from the health of the query', (_words, samples, reason) => {
    const { state, events } = play([
      [value(0), value(50)],
      [value(0), samples],
      [value(0), samples],
      [value(0), value(50)],
    ]);
    expect(events).toEqual([
      { type: 'trouble', of: 'companion', reason, slot: 1 },
      { type: 'recovered', of: 'companion', slot: 3 },
    ]);
    expect(state).toMatchObject({
      troubleSince: null,
      companion: { reading: value(50), troubleSince: null },
    });
  });

  it('stays since when it began', () => {
    const away: Reading = { kind: 'no-data' };
    const { state } = play([
      [value(0), away],
      [value(0), away],
    ]);
    expect(state.companion).toEqual({
      reading: away,
      troubleSince: dayZero,
      troubleReason: 'it answers nothing',
    });
  });

  it('is not there without a companion', () => {
    expect(play([[value(0), null]]).state.companion).toBeNull();
  });
});

describe('the sentence', () => {
  it('says that a breach cannot count because the companion cannot be used', () => {
    const { state } = play([[value(0.082), { kind: 'no-data' }]]);
    expect(describeTrigger(trigger, state)).toBe(
      'high_error_rate 8.2 % > 5 %, which cannot count: its companion query cannot be used (it answers nothing)',
    );
  });
  it('says that a breach is on too few samples', () => {
    const { state } = play([[value(0.082), value(3)]]);
    expect(describeTrigger(trigger, state)).toBe(
      'high_error_rate 8.2 % > 5 %, on 3 samples of the 20 that count',
    );
  });
  it('runs no countdown on readings that said nothing', () => {
    const { state } = play([
      [value(0.082), value(20)],
      [value(0.082), value(20)],
      [{ kind: 'no-data' }, value(20)],
    ]);
    expect(describeTrigger(trigger, state)).toBe(
      'high_error_rate no data, lasting 15 s of 2 min; time does not count meanwhile',
    );
  });
});
