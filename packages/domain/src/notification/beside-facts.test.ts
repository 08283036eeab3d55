import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { describeDecision } from '../decision/sentence.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { besideFacts } from './beside-facts.ts';
import { nobody, sampleIncident } from './sample.ts';

const { facts } = sampleIncident(nobody, '1', 0).begins;
if (!facts) throw new Error('a sample has facts');
const breach = 'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min)';
const withCheckout = ', with checkout (it needs api >=3.1, and v1.2 (release 1) of catalog provides 2)';
const kept = 'With checkout (it needs api >=3.1, and v1.2 (release 1) of catalog provides 2).';

test.each([
  [
    'rollback_suggested',
    `${breach}: a rollback to v1.2 (release 1) is suggested.`,
    'Roll back, or acknowledge it if it may stay.',
  ],
  [
    'rollback_suggested',
    `${breach}: a rollback to v1 is suggested. Not by itself: its cooldown ends at 03:04:05 UTC.`,
    'Not by itself: its cooldown ends at 03:04:05 UTC. Roll back, or acknowledge it if it may stay.',
  ],
  [
    'rollback_waits',
    `${breach}: not rolled back to v1 yet, because its evidence is away. You can roll back now.`,
    'Not rolled back to v1 yet, because its evidence is away. You can roll back now.',
  ],
  ['rolling_back', `Why: ${breach}: rolling back to v1.2 (release 1).`, ''],
  ['rolled_back', `Why: ${breach}: rolling back to v1. Although it is late.`, 'Although it is late.'],
  [
    'rollback_suggested',
    `${breach}: a rollback to v1.2 (release 1)${withCheckout} is suggested. Not by itself: it would take back 2.`,
    `${kept} Not by itself: it would take back 2. Roll back, or acknowledge it if it may stay.`,
  ],
  ['rolling_back', `Why: ${breach}: rolling back to v1.2 (release 1)${withCheckout}.`, kept],
  [
    'rolled_back',
    `Why: ${breach}: rolling back to v1${withCheckout}. Although it is late.`,
    `${kept} Although it is late.`,
  ],
] as const)('of the sentence of a decision %s tells what no fact says', (kind, text, expected) =>
  expect(besideFacts(kind, text, facts)).toBe(expected),
);

const state: TriggerState = {
  ...initialTriggerState,
  reading: { kind: 'value', value: 0.082 },
  phase: 'firing',
  since: dayZero,
  lastBreachSlot: dayZero,
  heldMs: 2 * minute,
};

test.each([
  ['roll_back', [], ''],
  ['suggest', [], 'Roll back, or acknowledge it if it may stay.'],
  [
    'suggest',
    ['its cooldown ends at 03:04:05 UTC'],
    'Not by itself: its cooldown ends at 03:04:05 UTC. Roll back, or acknowledge it if it may stay.',
  ],
  [
    'wait',
    ['its evidence is away'],
    'Not rolled back to v1 (release 1) yet, because its evidence is away. You can roll back now.',
  ],
] as const)('finds the breach in the sentence as it is written: %s %j', (verdict, restraints, expected) => {
  const kind = { roll_back: 'rolling_back', suggest: 'rollback_suggested', wait: 'rollback_waits' } as const;
  const text = describeDecision(verdict, { trigger: aTrigger(), state }, 'v1 (release 1)', restraints);
  expect(besideFacts(kind[verdict], text, facts)).toBe(expected);
});

test('where nothing can be gone back to it says that, and what to do', () => {
  const text = describeDecision('suggest', { trigger: aTrigger(), state }, null, ['it is over']);
  expect(besideFacts('rollback_suggested', text, { ...facts, nothingToGoBackTo: true })).toBe(
    'There is nothing to go back to, because no earlier release is known to be good. Deploy a version that works, or choose an earlier release that you trust as the target. Acknowledge it if it may stay.',
  );
});

test.each([
  'Why: Checkout answers errors (needed 2 min): go back.',
  `Ada writes: ${breach}: rolling back to v1.`,
  'high_latency 8 s > 5 s for 2 min (needed 2 min): rolling back to v1.',
  '',
])('leaves as it is: %s', (text) => {
  expect(besideFacts('rolling_back', text, facts)).toBe(text);
});

test('needs the facts that say it', () => {
  const text = `${breach}: rolling back to v1.`;
  expect(besideFacts('rolling_back', text, { ...facts, trigger: null })).toBe(text);
  expect(besideFacts('rolling_back', text, undefined)).toBe(text);
});
