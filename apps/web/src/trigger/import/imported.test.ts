import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { importSentence, inSet, labelFault, setNameFault } from './imported.ts';

const of = (outcome: 'same' | 'differs' | 'left_out') => ({ outcome });

test.each([
  [[], 'The file has no rules.'],
  [[of('same')], '1 of 1 rule become triggers: 1 as they are.'],
  [
    [of('same'), of('same'), of('differs'), of('left_out')],
    '3 of 4 rules become triggers: 2 as they are, 1 with a difference; 1 left out.',
  ],
  [[of('left_out'), of('left_out')], '0 of 2 rules become triggers; 2 left out.'],
])('says what became of %j', (alerts, words) => expect(importSentence(alerts)).toBe(words));

test('the set reads as apply reads it', () => {
  const trigger = {
    ...{ name: 'web_errors', query: 'sum(errors{app="$SERVICE"})', threshold: 5, forDuration: 120 },
    ...{ comparison: 'greater_than' as const, severity: 'log_only' as const },
  };
  expect(parse(inSet('imported', [trigger]))).toEqual({
    ...{ kind: 'TriggerSet', name: 'imported', triggers: [trigger] },
  });
});

test('a name that would be refused later is refused here, with what it may be', () => {
  expect(setNameFault('shop-web_2')).toBeNull();
  for (const name of ['', 'Bad Name!', '2web', 'a'.repeat(64)])
    expect(setNameFault(name)).toMatch(/name|letters|63/);
  expect(labelFault('')).toBeNull();
  expect(labelFault('kubernetes_name')).toBeNull();
  for (const label of ['my-label', '2nd', 'a b']) expect(labelFault(label)).toMatch(/letters, digits and _/);
});
