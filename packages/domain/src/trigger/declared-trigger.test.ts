import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { acceptDeclared, declareTrigger } from './declared-trigger.ts';
import { defaultTriggerSet } from './shipped-triggers.ts';

const links = [{ title: 'Runbook', url: 'https://wiki.example/$TRIGGER' }];
const comparison = acceptDeclared({
  ...{ kind: 'comparison', name: 'slower', severity: 'page_and_suggest', query: 'latency[$WINDOW]' },
  ...{ against: 'before_deployment', minEffect: 1.5, floor: 0.01 },
});

test.each([
  ...defaultTriggerSet.triggers,
  aTrigger({ initialDelayMs: 90_000, keepFiringMs: 1_500, shadow: true, links }),
  comparison,
])('$name is the same when what it declares is accepted again', (trigger) => {
  expect(acceptDeclared(declareTrigger(trigger))).toEqual(trigger);
});
