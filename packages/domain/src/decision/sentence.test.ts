import { aTrigger, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { advanceTrigger, initialTriggerState } from '../trigger/advance-trigger.ts';
import { formatReading, formatSpan, formatValue } from '../trigger/format.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { describeBreach, describeDecision, describeFiring, describeTrigger } from './sentence.ts';

const state = (over: Partial<TriggerState>): TriggerState => ({
  ...initialTriggerState,
  reading: { kind: 'value', value: 0.082 },
  ...over,
});

describe('durations and values as people read them', () => {
  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [999, '0 s'],
    [80_000, '1 min 20 s'],
    [120_000, '2 min'],
    [3_599_999, '59 min 59 s'],
    [4_000_000, '1 h 6 min'],
    [187_200_000, '2 d 4 h'],
  ])('%d ms is %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it.each([
    [0.082, 'ratio', '8.2 %'],
    [0.05, 'ratio', '5 %'],
    [1, 'ratio', '100 %'],
    [0.0002, 'ratio', '0.02 %'],
    [5.4, 's', '5.4 s'],
    [14.4, 'x', '14.4×'],
    [0.005, 's', '0.005 s'],
    [1234.5, '', '1235'],
    [0, 'restarts', '0 restarts'],
    [1, 'restarts', '1 restart'],
    [1, 'pods', '1 pod'],
    [1, 'iops', '1 iops'],
    [1, 'req/s', '1 req/s'],
    [Number.POSITIVE_INFINITY, 's', '+Inf'],
    [Number.NEGATIVE_INFINITY, 'ratio', '-Inf'],
  ])('%d %s is %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

  it.each([
    [{ kind: 'no-data' } as const, 'no data'],
    [{ kind: 'not-a-number' } as const, 'not a number (no traffic?)'],
    [{ kind: 'unreachable', reason: 'timeout' } as const, 'could not ask: timeout'],
    [{ kind: 'unreachable', reason: 'It is starting.' } as const, 'could not ask: It is starting'],
    [{ kind: 'ambiguous', count: 3 } as const, '3 series where one was expected'],
  ])('%o is %s', (reading, text) => expect(formatReading(reading, 's')).toBe(text));
});

describe('a trigger in words', () => {
  const trigger = aTrigger();
  it.each<[string, TriggerState | null, string]>([
    ['not asked', null, 'high_error_rate has not been asked yet'],
    [
      'healthy',
      state({ phase: 'inactive', reading: { kind: 'value', value: 0.002 } }),
      'high_error_rate 0.2 %, fires at > 5 %',
    ],
    [
      'pending',
      state({ phase: 'pending', heldMs: 80 * second }),
      'high_error_rate 8.2 % > 5 %, lasting 1 min 20 s of 2 min, fires in 40 s',
    ],
    [
      'pending and unasked',
      state({
        phase: 'pending',
        heldMs: 80 * second,
        reading: { kind: 'unreachable', reason: 'timeout' },
        troubleReason: 'timeout',
        lastSlot: dayZero,
      }),
      'high_error_rate could not ask: timeout, lasting 1 min 20 s of 2 min; time does not count meanwhile',
    ],
    [
      'firing',
      state({ phase: 'firing', heldMs: 2 * minute }),
      'high_error_rate 8.2 % > 5 % for 2 min, firing',
    ],
    [
      'firing for long',
      state({ phase: 'firing', heldMs: 2 * minute, since: dayZero, lastBreachSlot: dayZero + 9 * minute }),
      'high_error_rate 8.2 % > 5 % for 11 min, firing',
    ],
    [
      'firing and unasked',
      state({
        phase: 'firing',
        heldMs: 2 * minute,
        since: dayZero,
        lastBreachSlot: dayZero + minute,
        reading: { kind: 'unreachable', reason: 'timeout' },
        lastSlot: dayZero + 2 * minute,
      }),
      'high_error_rate could not ask: timeout, after a breach of 3 min, firing; time does not count meanwhile',
    ],
  ])('%s', (_words, at, text) => expect(describeTrigger(trigger, at)).toBe(text));

  it.each([
    ['no-data', 'onNoData', 'no data for 2 min'],
    ['not-a-number', 'onNotANumber', 'not a number (no traffic?) for 2 min'],
  ] as const)('goes on by %s where that is a breach by policy', (kind, policy, text) => {
    const { state: at } = advanceTrigger({
      ...{ trigger: aTrigger({ [policy]: 'breach' }), before: null, slot: dayZero, samples: null },
      ...{ reading: { kind }, counts: true, settling: false },
      rules: { intervalMs: 15 * second, outageToleranceMs: 5 * minute },
    });
    expect(describeFiring(trigger, { ...at, phase: 'firing', heldMs: 2 * minute })).toBe(text);
    const held = { ...at, phase: 'firing' as const, heldMs: 2 * minute, lastSlot: dayZero + 15 * second };
    expect(describeFiring(trigger, held)).toContain(', after a breach of 2 min');
  });

  it('never claims a breach that the value does not show', () => {
    const healed = state({ phase: 'firing', reading: { kind: 'value', value: 0.03 } });
    expect(describeBreach(trigger, healed)).toBe('3 %, fires at > 5 %');
    const low = aTrigger({ comparison: 'less_than', threshold: 10, unit: '' });
    expect(describeBreach(low, state({ reading: { kind: 'value', value: 4 } }))).toBe('4 < 10');
  });

  it.each([
    [
      'suggest',
      'release 41',
      ['cooldown'],
      /: a rollback to release 41 is suggested\. Not by itself: cooldown\.$/,
    ],
    ['suggest', null, ['none is recorded'], /: there is nothing to go back to, .* as the target\.$/],
    ['record', null, [], /: recorded, nothing follows\.$/],
    ['roll_back', 'release 41', [], /: rolling back to release 41\.$/],
  ] as const)('a decision to %s', (verdict, target, restraints, text) => {
    const worst = { trigger, state: state({ phase: 'firing', heldMs: 2 * minute }) };
    expect(describeDecision(verdict, worst, target, restraints)).toMatch(text);
  });

  it('says when nothing fires', () =>
    expect(describeDecision('none', null, null, [])).toBe('No trigger fires.'));
});
