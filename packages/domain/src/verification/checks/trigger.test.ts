import { aTrigger, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import type { Reading } from '../../trigger/reading.ts';
import type { RollbackTrigger } from '../../trigger/trigger.ts';
import { checkOfTrigger, trigger } from './trigger.ts';

const value = (of: number): Reading => ({ kind: 'value', value: of });
const noData: Reading = { kind: 'no-data' };
const judge = (over: Partial<RollbackTrigger>, reading: Reading, samples: Reading | null = null) =>
  trigger.judge(checkOfTrigger(aTrigger(over), minute), {
    parts: [{ name: 'query', reading }],
    samples,
  });
const samples = { query: 'requests', atLeast: 100 };

it('asks the trigger and its companion of the target, and says what it must not be', () => {
  const check = checkOfTrigger(aTrigger({ minSamples: samples }), minute);
  expect(check).toMatchObject({ name: 'trigger high_error_rate', timeoutMs: minute, passes: 3 });
  const variables = { POD_TEMPLATE_HASH: 'of-the-target' };
  expect(trigger.ask(check, { cluster: 'main', namespace: 'shop', variables })).toEqual({
    port: 'parts',
    parts: [{ name: 'query', question: { template: aTrigger().query, variables } }],
    samples: { template: 'requests', variables },
  });
  expect(trigger.expected(check)).toBe('not > 5 %');
});

it.each<[string, object, object]>([
  ['healthy passes', judge({}, value(0.01)), { kind: 'seen', pass: true, actual: '1 %' }],
  ['a breach fails', judge({}, value(0.082)), { kind: 'seen', pass: false, actual: '8.2 %' }],
  [
    'below what it should be is a breach too',
    judge({ comparison: 'less_than', threshold: 10, unit: '' }, value(3)),
    { pass: false, actual: '3' },
  ],
  ['no answer proves nothing', judge({}, noData), { kind: 'could-not-ask', reason: 'no data' }],
  [
    'an answer that is declared healthy is taken at its word, and says so',
    judge({ onNoData: 'healthy' }, noData),
    { pass: true, actual: 'no data, which is declared to be healthy' },
  ],
  [
    'so is one that is declared a breach',
    judge({ onNotANumber: 'breach' }, { kind: 'not-a-number' }),
    { pass: false },
  ],
  [
    'a source that is away proves nothing, whatever no data means',
    judge({ onNoData: 'healthy' }, { kind: 'unreachable', reason: 'refused' }),
    { kind: 'could-not-ask', reason: 'could not ask: refused' },
  ],
  [
    'a healthy value of too few samples proves nothing',
    judge({ minSamples: samples }, value(0), value(3)),
    { kind: 'could-not-ask', reason: '0 %, but of 3 samples, fewer than the 100 it needs' },
  ],
  [
    'nor does one whose companion did not answer',
    judge({ minSamples: samples }, value(0), noData),
    { kind: 'could-not-ask', reason: '0 %, but how many samples that is of is not known (no data)' },
  ],
  ['enough samples pass', judge({ minSamples: samples }, value(0), value(100)), { pass: true }],
])('%s', (_words, attempt, expected) => expect(attempt).toMatchObject(expected));
