import { aRun } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { whyInWords } from './about-run.ts';

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
