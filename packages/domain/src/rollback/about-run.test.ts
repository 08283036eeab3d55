import { aBaseline, aDeployment, aRun, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { answered } from '../trigger/format.ts';
import { aboutRun, whyInWords } from './about-run.ts';

const breach =
  'high_error_rate 20 % > 5 % for 2 min (needed 2 min): rolling back to v1, with checkout (it needs api >=3).';
const automatic = { kind: 'automatic', trigger: 'high_error_rate', decisionId: 'd' } as const;
const goesWith = 'main/shop/catalog' as const;

test.each([
  [{ requester: automatic, reason: breach }, `Why: ${breach}`],
  [{ requester: automatic, reason: breach, goesWith }, `Goes back with catalog: its ${breach}`],
  [{ reason: 'Checkout fails.', goesWith }, 'Goes back with catalog. Why: Checkout fails.'],
  [{ reason: '', goesWith }, 'Goes back with catalog.'],
  [{ reason: '' }, ''],
])('says whose breach it is: %j', (over, words) => expect(whyInWords({ ...aRun(), ...over })).toBe(words));

const fired = {
  ...{ trigger: 'high_error_rate', threshold: 0.05, comparison: 'greater_than', unit: 'ratio' },
  ...{ forMs: minute, heldMs: minute, reading: { kind: 'value', value: 0.2 } },
};
const run = aRun({
  requester: automatic,
  ...{ evidence: [fired], createdAt: dayZero },
});
const triggerIn = (over: Partial<typeof run>) =>
  aboutRun({
    ...{ run: { ...run, ...over }, service: aService(), deployment: aDeployment(), target: aBaseline() },
  }).facts?.trigger;

test('says of a rollback that goes on after it had stopped that its breach is of before', () => {
  expect(triggerIn({})).toMatchObject({ value: 0.2, since: dayZero - minute });
  expect(triggerIn({})).not.toHaveProperty('isPast');
  expect(triggerIn({ pausedMs: 5 * minute })).toMatchObject({ since: dayZero - minute, isPast: true });
});

test('tells what its reason says beside the breach where the text is that reason, and of nobody else who goes along', () => {
  const requester = { ...automatic, beside: `Although it ${answered('sum(secret)')}.` };
  const besideOf = (over: Partial<typeof run>, isWhy = true) =>
    aboutRun(
      { run: { ...run, ...over }, service: aService(), deployment: aDeployment(), target: aBaseline() },
      { isWhy },
    ).facts?.beside;
  expect(besideOf({ requester })).toBe('Although it could not be asked. The rest stands on its page.');
  expect(besideOf({ requester: { ...automatic, beside: '' } })).toBe('');
  expect(besideOf({ requester }, false)).toBeUndefined();
  expect(besideOf({ requester, goesWith })).toBeUndefined();
  expect(besideOf({ requester, evidence: [] })).toBeUndefined();
  expect(besideOf({})).toBeUndefined();
});
