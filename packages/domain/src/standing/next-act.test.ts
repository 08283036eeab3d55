import { aTrigger, dayZero, second } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Decision } from '../decision/decision.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { Breach } from './breach.ts';
import type { KnownService } from './known-service.ts';
import { nextActOf } from './next-act.ts';

const slot = dayZero + 60 * second;
const breach: Breach = {
  trigger: aTrigger(),
  state: { ...initialTriggerState, phase: 'firing', lastSlot: slot },
};
const held = {
  verdict: 'suggest',
  wanted: 'roll_back',
  trigger: breach.trigger.name,
  slot,
  restraints: ['catalog breaches too'],
  guards: [
    {
      trigger: breach.trigger.name,
      outcome: 'objects',
      dependencies: [{ service: 'main/shop/catalog', stands: 'breaches' }],
    },
  ],
} as unknown as Decision;
const comes = {
  ...held,
  verdict: 'roll_back',
  slot: slot + 30 * second,
  restraints: [],
  guards: [],
} as Decision;
const known = (news: Decision[]) =>
  ({
    target: { release: 1, version: 'v1' },
    triggers: [breach],
    foresight: { next: held, news },
  }) as unknown as KnownService;

test('what fires and waits for a dependency goes on to say so after the suggestion was made', () => {
  expect(nextActOf(known([]), breach)).toMatchObject({
    next: { words: 'waits for catalog, judged again when it recovers', at: null },
    restraints: ['not rolled back by itself: catalog breaches too'],
    actor: 'you',
  });
});

test('what will be rolled back by itself is not said to be kept from it, but to be kept from it yet', () => {
  expect(nextActOf(known([comes]), breach)).toMatchObject({
    next: { words: 'rolls back to v1', at: comes.slot },
    restraints: ['not yet rolled back: catalog breaches too'],
    actor: 'lastgood',
  });
});
