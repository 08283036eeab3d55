import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  aTrigger,
  dayZero,
  imageOf,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import { decide } from './decide.ts';
import { breachesOf, neededLookBacks, vetoesOn } from './veto.ts';
import type { BreachingDependency, Watched } from './watched.ts';

const slot = dayZero + 10 * minute;

const firing = (over: Partial<RollbackTrigger> = {}, since = slot): JudgedTrigger => ({
  trigger: aTrigger(over),
  state: {
    ...initialTriggerState,
    phase: 'firing',
    since,
    heldMs: 2 * minute,
    lastSlot: slot,
    lastJudgedSlot: slot,
    lastBreachSlot: slot,
    reading: { kind: 'value', value: 0.082 },
    everFired: true,
  },
});

const watched = (over: Partial<Watched> = {}): Watched => ({
  deployment: aDeployment(),
  service: aService(),
  triggers: [],
  between: [],
  lastAttemptAt: null,
  activeRunId: null,
  lastKnownGood: aBaseline(),
  lastDecision: null,
  breachingDependencies: [],
  ...over,
});

const value = (n: number): Reading => ({ kind: 'value', value: n });
const seenAs =
  (reading: Reading, samples: Reading | null = null) =>
  () => ({ reading, samples });
const nothing = () => null;

describe('looking back', () => {
  it('asks what fires by itself, one slot before the start, for the version that served then', () => {
    const target = { kind: 'Deployment', name: 'web' } as const;
    const before = aSnapshot(imageOf('v1'), { podTemplateHash: 'old' });
    const after = aSnapshot(imageOf('v2'), { podTemplateHash: 'new' });
    const one = watched({
      deployment: aDeployment({ changes: [{ kind: 'workload', target, before, after }] }),
    });
    const judged = [
      firing(),
      firing({ name: 'shadowed', shadow: true }),
      firing({ name: 'suggested', severity: 'page_and_suggest' }),
    ];
    expect(neededLookBacks(one, judged, 15_000)).toMatchObject([
      {
        deploymentId: 'd2',
        trigger: 'high_error_rate',
        at: dayZero - 15_000,
        question: { variables: { SERVICE: 'web', POD_TEMPLATE_HASH: 'old' } },
        samples: null,
      },
    ]);
  });

  it.each<[string, Reading, boolean]>([
    ['a breach before', value(0.2), true],
    ['health before', value(0.01), false],
    ['nothing there before', { kind: 'no-data' }, false],
    ['no traffic before', { kind: 'not-a-number' }, false],
    ['a source that does not answer', { kind: 'unreachable', reason: 'timeout' }, false],
    ['many series', { kind: 'ambiguous', count: 2 }, false],
  ])('%s', (_words, reading, vetoes) => {
    expect(vetoesOn(watched(), [firing()], seenAs(reading), slot).size).toBe(vetoes ? 1 : 0);
  });

  it('does not veto for one failed request of one before', () => {
    const judged = [firing({ minSamples: { query: 'count', atLeast: 20 } })];
    expect(vetoesOn(watched(), judged, seenAs(value(1), value(1)), slot).size).toBe(0);
    expect(vetoesOn(watched(), judged, seenAs(value(1), value(20)), slot).size).toBe(1);
  });
});

describe('a dependency', () => {
  const dependency = (over: Partial<BreachingDependency> = {}): BreachingDependency => ({
    service: 'main/shop/payments',
    release: 7,
    trigger: 'high_error_rate',
    startedAt: dayZero,
    watchClosedAt: null,
    ...over,
  });
  it.each<[string, Partial<BreachingDependency>, boolean]>([
    ['deployed in the same window', {}, true],
    ['deployed a little earlier', { startedAt: dayZero - 29 * minute }, true],
    ['deployed long before', { startedAt: dayZero - 31 * minute }, false],
    ['taken back a moment ago', { watchClosedAt: slot - minute }, true],
    ['taken back longer ago than the cooldown', { watchClosedAt: slot - 6 * minute }, false],
  ])('%s', (_words, over, vetoes) => {
    const one = watched({ breachingDependencies: [dependency(over)] });
    expect(vetoesOn(one, [firing()], nothing, slot).size).toBe(vetoes ? 1 : 0);
  });

  it('does not count by what is only logged, a shadow, or quiet', () => {
    const triggers = [
      aTrigger({ name: 'loud' }),
      aTrigger({ name: 'logged', severity: 'log_only' }),
      aTrigger({ name: 'shadowed', shadow: true }),
      aTrigger({ name: 'calm' }),
    ];
    const states = new Map([
      ...['loud', 'logged', 'shadowed'].map((name) => [name, firing().state] as const),
      ['calm', { ...initialTriggerState, phase: 'inactive' as const }] as const,
    ]);
    expect(breachesOf(aDeployment(), triggers, states).map(({ trigger }) => trigger)).toEqual(['loud']);
  });
});

describe('the decision', () => {
  it('suggests with the evidence when the trigger is vetoed', () => {
    const vetoes = vetoesOn(watched(), [firing()], seenAs(value(0.2)), slot);
    expect(decide({ watched: watched(), judged: [firing()], slot, id: 'x', vetoes })).toMatchObject({
      verdict: 'suggest',
      wanted: 'roll_back',
      sentence:
        'high_error_rate 8.2 % > 5 % for 2:00 (needed 2:00): a rollback to release 1 is suggested. Not by itself: it breached before this deployment started (20 %), which is likelier not at fault.',
    });
  });

  it('rolls back for another trigger that is not', () => {
    const judged = [firing({}, slot - minute), firing({ name: 'crash_loop' })];
    const vetoes = new Map([['high_error_rate', 'it breached before']]);
    expect(decide({ watched: watched(), judged, slot, id: 'x', vetoes })).toMatchObject({
      verdict: 'roll_back',
      trigger: 'crash_loop',
      restraints: [],
    });
  });
});
