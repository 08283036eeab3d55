import { aTrigger } from '@lastgood/testkit/scenario/builders';
import type { TProperties } from 'typebox';
import { describe, expect, test } from 'vitest';
import { acceptDeclared, type DeclaredTrigger } from './declared-trigger.ts';
import { triggerKinds } from './kinds/index.ts';
import { overriddenTrigger, overrideInWords, type TriggerOverride, unfitOverride } from './override.ts';

const errors = aTrigger({ name: 'errors', threshold: 0.05, unit: 'ratio', forMs: 120_000 });
const burn = (over: Partial<DeclaredTrigger> = {}) =>
  acceptDeclared({
    ...{ kind: 'burn-rate', name: 'burn', severity: 'auto_rollback', objective: 0.99 },
    ...{ query: 'bad[$WINDOW]', windows: [{ rate: 14.4, long: 3600, short: 300 }] },
    ...over,
  } as DeclaredTrigger);
const slower = acceptDeclared({
  ...{ kind: 'comparison', name: 'slower', severity: 'page_and_suggest', query: 'latency[$WINDOW]' },
  ...{ against: 'before_deployment', minEffect: 1.5, floor: 0.01, unit: 's' },
});
const on = (trigger: { name: string }, over: Omit<TriggerOverride, 'trigger'>): TriggerOverride => ({
  trigger: trigger.name,
  ...over,
});

test('changes what it names, and nothing else', () => {
  const all = { threshold: 0.1, forDuration: 300, severity: 'log_only', shadow: true } as const;
  expect(overriddenTrigger(errors, on(errors, { ...all, initialDelay: 60, keepFiringFor: 30 }))).toEqual({
    ...errors,
    ...{ threshold: 0.1, forMs: 300_000, severity: 'log_only', shadow: true },
    ...{ initialDelayMs: 60_000, keepFiringMs: 30_000 },
  });
  expect(overriddenTrigger(errors, on(errors, { threshold: 0 }))).toEqual({ ...errors, threshold: 0 });
  expect(overriddenTrigger(errors, on(errors, { off: true }))).toBeNull();
  expect(overriddenTrigger(errors, on(errors, { off: false, shadow: true }))).toEqual({
    ...errors,
    shadow: true,
  });
});

test('of a comparison also changes what follows of what it names', () => {
  const is = overriddenTrigger(slower, on(slower, { minEffect: 2, samples: 12, forDuration: 0 }));
  expect(is).toEqual({
    ...slower,
    ...{ minEffect: 2, threshold: 2, samples: 12, forMs: 0 },
    // The first sample lies up to a quarter of an interval after the start.
    initialDelayMs: 12.25 * 60_000,
  });
});

describe('a warm-up', () => {
  const windows = [{ rate: 14.4, long: 1200, short: 60 }];
  test('that follows of the windows of a set follows of those that a service has instead', () => {
    expect(burn().initialDelayMs).toBe(300_000);
    expect(overriddenTrigger(burn(), on(burn(), { windows }))?.initialDelayMs).toBe(60_000);
  });
  test('that the set declares stays', () => {
    const set = burn({ initialDelay: 600 });
    expect(overriddenTrigger(set, on(set, { windows }))?.initialDelayMs).toBe(600_000);
  });
});

test.each<[string, Parameters<typeof unfitOverride>[0], Omit<TriggerOverride, 'trigger'>, string, RegExp]>([
  ['nothing', errors, {}, '', /says nothing of errors/],
  ['a query', errors, { query: 'up' }, '/query', /lets .*threshold, forDuration, severity.*off/],
  ['the objective of a threshold', errors, { objective: 0.9 }, '/objective', /kind threshold/],
  [
    'the threshold of a burn rate',
    burn(),
    { threshold: 2 },
    '/threshold',
    /kind burn-rate.*objective, windows/,
  ],
  ['what a burn rate has none of', burn(), { forDuration: 60 }, '/forDuration', /nothing that burn/],
  ['the query of a comparison', slower, { query: 'x' }, '/query', /kind comparison/],
  ['an objective that can never be missed', burn(), { objective: 0.9 }, '', /can never fire/],
  [
    'windows the wrong way round',
    burn(),
    { windows: [{ rate: 2, long: 60, short: 60 }] },
    '/windows/0/short',
    /shorter/,
  ],
  ['an effect that is none', slower, { minEffect: 0.5 }, '/minEffect', /greater than 1/],
  ['a window too short for its samples', slower, { samples: 40 }, '', /needs 40/],
])('%s does not fit', (_words, trigger, over, path, message) => {
  expect(unfitOverride(trigger, on(trigger, over))).toContainEqual({
    path,
    message: expect.stringMatching(message),
  });
});

test.each<[Parameters<typeof unfitOverride>[0], Omit<TriggerOverride, 'trigger'>, string[]]>([
  [errors, { threshold: 0.1 }, ['threshold 10 % (set web says 5 %)']],
  [
    errors,
    { forDuration: 300, severity: 'log_only' },
    ['lasting 5 min (set web says 2 min)', 'severity records only (set web says rolls back by itself)'],
  ],
  [burn(), { objective: 0.95 }, ['objective 0.95 (set web says 0.99)']],
  [slower, { floor: 0.5 }, ['floor 0.5 s (set web says 0.01 s)']],
  [errors, { off: true }, ['off (set web has it)']],
])('%$ says what is otherwise', (trigger, over, words) => {
  expect(overrideInWords(trigger, on(trigger, over), 'web')).toEqual(words);
});

test('members of one name are declared alike in every kind, and each kind has those that it lets be overridden', () => {
  const shapes = new Map<string, unknown>();
  for (const { kind, members, overridable } of triggerKinds)
    for (const name of Object.keys(overridable)) {
      const { description: _words, ...shape } = { ...(members as TProperties)[name] } as {
        description?: string;
      };
      expect([kind, name, Object.keys(shape).length]).not.toEqual([kind, name, 0]);
      expect(JSON.stringify(shapes.get(name) ?? shape)).toBe(JSON.stringify(shape));
      shapes.set(name, shape);
    }
});
