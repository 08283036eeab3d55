import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerPhase } from '../trigger/trigger-state.ts';
import {
  type AcknowledgementEnd,
  acknowledgementEnd,
  acknowledgementInForce,
  firingBreaches,
} from './acknowledgement.ts';

const trigger = (
  name: string,
  phase: TriggerPhase = 'firing',
  since = dayZero,
  over: Partial<RollbackTrigger> = {},
) => ({ trigger: aTrigger({ name, ...over }), state: { ...initialTriggerState, phase, since } });
const acknowledged = {
  until: dayZero + 30 * minute,
  breaches: firingBreaches([trigger('errors'), trigger('latency')]),
};

it('speaks of what fires, and of nothing that is only logged', () => {
  expect(
    firingBreaches([
      trigger('errors'),
      trigger('pending', 'pending'),
      trigger('logged', 'firing', dayZero, { severity: 'log_only' }),
      trigger('shadow', 'firing', dayZero, { shadow: true }),
      { trigger: aTrigger({ name: 'unasked' }), state: null },
    ]),
  ).toEqual([{ trigger: 'errors', since: dayZero }]);
});

it.each<[string, ReturnType<typeof trigger>[], number, AcknowledgementEnd | null]>([
  ['all of it fires on', [trigger('errors'), trigger('latency')], 0, null],
  ['some of it has recovered', [trigger('errors'), trigger('latency', 'inactive')], 0, null],
  ['something else is pending', [trigger('errors'), trigger('restarts', 'pending')], 0, null],
  [
    'what is only logged fires',
    [trigger('errors'), trigger('l', 'firing', 9, { severity: 'log_only' })],
    0,
    null,
  ],
  ['the last moment', [trigger('errors')], 30 * minute - 1, null],
  ['its time has passed', [trigger('errors')], 30 * minute, 'over'],
  ['all of it has recovered', [trigger('errors', 'inactive'), trigger('latency', 'pending')], 0, 'recovered'],
  ['none of it is declared any more', [trigger('restarts', 'inactive')], 0, 'undeclared'],
  ['some of it is not, and the rest has recovered', [trigger('errors', 'inactive')], 0, 'undeclared'],
  [
    'all of it is only logged now',
    ['errors', 'latency'].map((name) => trigger(name, 'firing', dayZero, { shadow: true })),
    0,
    'undeclared',
  ],
  ['something else fires', [trigger('errors'), trigger('restarts')], 0, 'fired-anew'],
  ['the same fires anew', [trigger('errors', 'firing', dayZero + minute)], 0, 'fired-anew'],
])('%s', (_words, triggers, after, end) => {
  expect(acknowledgementEnd(acknowledged, triggers, dayZero + after)).toBe(end);
  expect(acknowledgementInForce(acknowledged, triggers, dayZero + after)).toBe(end ? null : acknowledged);
});
