import { expect, test } from 'vitest';
import { besideBreach } from '../decision/sentence.ts';
import { besideFacts } from './beside-facts.ts';
import { nobody, sampleIncident } from './sample.ts';

const { facts } = sampleIncident(nobody, '1', 0).begins;
if (!facts) throw new Error('a sample has facts');
const text = 'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): and what follows.';
const alone = { name: 'v1.2 (release 1)', others: '' };
const withCheckout = {
  name: 'v1.2 (release 1)',
  others: 'checkout (it needs api >=3.1, and v1.2 (release 1) of catalog provides 2)',
};
const kept = 'With checkout (it needs api >=3.1, and v1.2 (release 1) of catalog provides 2).';

test.each([
  ['rollback_suggested', 'suggest', alone, [], null, 'Roll back, or acknowledge it if it may stay.'],
  [
    ...(['rollback_suggested', 'suggest', alone, ['its cooldown ends at 03:04:05 UTC'], null] as const),
    'Not by itself: its cooldown ends at 03:04:05 UTC. Roll back, or acknowledge it if it may stay.',
  ],
  [
    ...(['rollback_waits', 'wait', { ...alone, name: 'v1' }, ['its evidence is away'], null] as const),
    'Not rolled back to v1 yet, because its evidence is away. You can roll back now.',
  ],
  [
    ...(['rollback_waits', 'wait', withCheckout, ['it is late', 'it is dark'], null] as const),
    `Not rolled back to v1.2 (release 1), ${kept.replace('With', 'with').slice(0, -1)} yet, because it is late; it is dark. You can roll back now.`,
  ],
  ['rolling_back', 'roll_back', alone, [], null, ''],
  ['rolled_back', 'roll_back', alone, [], 'it is late', 'Although it is late.'],
  [
    ...(['rollback_suggested', 'suggest', withCheckout, ['it would take back 2'], null] as const),
    `${kept} Not by itself: it would take back 2. Roll back, or acknowledge it if it may stay.`,
  ],
  ['rolling_back', 'roll_back', withCheckout, [], null, kept],
  ['rolled_back', 'roll_back', withCheckout, [], 'it is late', `${kept} Although it is late.`],
] as const)(
  'of the sentence of a decision %s tells what no fact says',
  (kind, verdict, target, restraints, despite, expected) => {
    const beside = besideBreach(verdict, target, restraints, despite);
    expect(besideFacts({ kind, text, facts: { ...facts, beside } })).toBe(expected);
  },
);

test('where nothing can be gone back to it says that, and what to do', () => {
  const beside = besideBreach('suggest', null, ['it is over'], null);
  const told = { ...facts, beside, nothingToGoBackTo: true } as const;
  expect(besideFacts({ kind: 'rollback_suggested', text, facts: told })).toBe(
    'There is nothing to go back to, because no earlier release is known to be good. Deploy a version that works, or choose an earlier release that you trust as the target. Acknowledge it if it may stay.',
  );
});

test.each([
  'Why: Checkout answers errors (needed 2 min): go back.',
  'Ada writes: high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): rolling back to v1.',
  'high_error_rate 8 s > 5 s for 2 min (needed 2 min): rolling back to v1.',
  '',
])('leaves as it is: %s', (given) => {
  expect(besideFacts({ kind: 'rolling_back', text: given, facts })).toBe(given);
});

test('needs the facts that say it', () => {
  expect(besideFacts({ kind: 'rolling_back', text })).toBe(text);
});
