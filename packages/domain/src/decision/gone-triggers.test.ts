import { aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { GoneTrigger } from '../deployment/gone-in-words.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerPhase } from '../trigger/trigger-state.ts';
import type { Decision, TriggerEvidence } from './decision.ts';
import { goneTriggers } from './gone-triggers.ts';

const evidence = (trigger: string, phase: TriggerPhase = 'firing'): TriggerEvidence => ({
  ...{
    trigger,
    phase,
    severity: 'page_and_suggest',
    reading: null,
    threshold: 0.05,
    comparison: 'greater_than',
  },
  ...{ unit: 'ratio', heldMs: 0, forMs: 0 },
});
const decision = (over: Partial<Decision> = {}): Decision => ({
  ...{ id: 'x', deploymentId: 'd2', service: 'main/shop/web', slot: dayZero, verdict: 'suggest' },
  ...{ wanted: 'suggest', trigger: 'errors', sentence: '', restraints: [], guards: [] },
  evidence: [evidence('errors'), evidence('latency'), evidence('noise', 'inactive')],
  ...over,
});
const declared = (name: string, over: Partial<RollbackTrigger> = {}) =>
  aTrigger({ name, severity: 'page_and_suggest', ...over });
const [errors, latency] = [declared('errors'), declared('latency')];
const removed = (name: string) => ({ name, isLogged: false });

test.each<[string, Decision | null, RollbackTrigger[], GoneTrigger[]]>([
  ['all of it is declared', decision(), [errors, latency], []],
  ['what had not fired was removed', decision(), [errors, latency, declared('new')], []],
  ['what called was removed', decision(), [latency], [removed('errors')]],
  ['what fired beside it was removed', decision(), [errors], [removed('latency')]],
  ['both were', decision(), [], [removed('errors'), removed('latency')]],
  [
    'what called is a shadow now',
    decision(),
    [declared('errors', { shadow: true }), latency],
    [{ name: 'errors', isLogged: true }],
  ],
  [
    'what fired beside it is only logged',
    decision(),
    [errors, declared('latency', { severity: 'log_only' })],
    [],
  ],
  ['it waited for evidence', decision({ verdict: 'wait' }), [latency], [removed('errors')]],
  ['a rollback was begun', decision({ verdict: 'roll_back' }), [latency], [removed('errors')]],
  ['nobody was called', decision({ verdict: 'record' }), [], []],
  ['nothing was decided', null, [], []],
])('%s', (_words, last, triggers, gone) => {
  expect(goneTriggers(last, triggers)).toEqual(gone);
});
