import { families, openFamily } from '@lastgood/adapters';
import { type RollbackTrigger, shippedTriggers, triggerKind } from '@lastgood/domain';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { toEffectiveTrigger } from './declared-trigger-view.ts';

const { metrics } = openFamily(families.metrics, []).product;

const sum = 'sum(errors{service="$SERVICE"})';
const absent = 'absent(errors{service="$SERVICE"})';
const { query: _query, threshold: _threshold, comparison: _comparison, ...common } = aTrigger();
const compared = triggerKind({ kind: 'comparison' } as RollbackTrigger).accept(
  { query: 'sum(rate(errors[$WINDOW]))', against: 'before_deployment', minEffect: 2, floor: 1 } as never,
  common,
) as RollbackTrigger;

test.each<[string, RollbackTrigger, string | null]>([
  ['together', aTrigger({ query: sum }), null],
  [
    'by itself',
    aTrigger({ query: absent }),
    'absent at line 1, column 1 answers what is not there, and of many names nobody says which.',
  ],
  [
    'by itself for its companion',
    aTrigger({ query: sum, minSamples: { query: absent, atLeast: 1 } }),
    'Its companion query: absent at line 1, column 1 answers what is not there, and of many names nobody says which.',
  ],
  ['by itself over a range', compared, 'It asks over a range of time.'],
])('a trigger that is asked %s says so', (_how, trigger, why) => {
  expect(toEffectiveTrigger(trigger, metrics).askedAlone).toBe(why);
});

test('all that ship are asked for many services at once', () => {
  for (const trigger of shippedTriggers()) expect(toEffectiveTrigger(trigger, metrics).askedAlone).toBeNull();
});
