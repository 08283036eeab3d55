import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DrillFacts, drillDueAt, drillInWords, drillState } from './drill-standing.ts';
import { type Practice, practiceInWords } from './practice.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-30T12:00:00Z');
const recorded = (over: Partial<Extract<Practice, { kind: 'recorded' }>> = {}): Practice => ({
  ...{ kind: 'recorded', at: now - 2 * day, tookMs: null, by: 'ada', note: null },
  ...over,
});
const facts = (over: Partial<DrillFacts> = {}): DrillFacts => ({
  ...{ declared: { everyDays: 90 }, since: now - 10 * day, last: null, canGoBack: true },
  ...over,
});

describe('overdue', () => {
  test.each<[string, Partial<DrillFacts>, ReturnType<typeof drillState>]>([
    ['never where nobody says how often', { declared: null, since: null }, 'undeclared'],
    ['nor then, however long ago', { declared: null, since: null, last: recorded({ at: 0 }) }, 'undeclared'],
    ['not at the instant', { since: now - 90 * day }, 'in-time'],
    ['but after it', { since: now - 90 * day - 1 }, 'overdue'],
    [
      'counted from the last practice',
      { since: now - 900 * day, last: recorded({ at: now - 90 * day }) },
      'in-time',
    ],
    ['though declared later', { last: recorded({ at: now - 90 * day - 1 }) }, 'overdue'],
    ['never where nothing can go back', { since: 0, canGoBack: false }, 'not-possible'],
  ])('%s', (_name, over, state) => expect(drillState(facts(over), now)).toBe(state));

  const anyFacts = fc.record({
    declared: fc.option(fc.record({ everyDays: fc.integer({ min: 1, max: 730 }) })),
    since: fc.option(fc.integer({ min: 0, max: now })),
    last: fc.option(fc.integer({ min: 0, max: now }).map((at) => recorded({ at }))),
    canGoBack: fc.boolean(),
  });

  test('time alone makes it overdue and never undoes it; practice undoes it', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(1_000 * day), fc.nat(1_000 * day), (known, one, more) => {
        const state = drillState(known, now + one);
        const later = drillState(known, now + one + more);
        if (state !== 'in-time') expect(later).toBe(state);
        const practised = { ...known, last: recorded({ at: now + one }) };
        expect(drillState(practised, now + one)).not.toBe('overdue');
        // What is asked for less often is never overdue sooner.
        const often = known.declared?.everyDays ?? 0;
        const seldom = { ...known, declared: known.declared && { everyDays: often + 1 } };
        expect(drillDueAt(seldom) ?? 0).toBeGreaterThanOrEqual(drillDueAt(known) ?? 0);
      }),
    );
  });
});

describe('in words', () => {
  test.each<[Practice, string]>([
    [recorded(), 'Recorded by ada. Held on 2026-11-28 12:00:00 UTC.'],
    [
      recorded({ note: 'game day on staging', tookMs: 240_000 }),
      'Recorded by ada: game day on staging. Held on 2026-11-28 12:00:00 UTC, it took 4 min.',
    ],
    [
      {
        ...{ kind: 'rollback', at: now, tookMs: 94_000, runId: 'r' },
        requester: { kind: 'person', name: 'ada' },
      },
      'A rollback that ada asked for was verified on 2026-11-30 12:00:00 UTC, after 1 min 34 s.',
    ],
    [
      {
        ...{ kind: 'rollback', at: now, tookMs: 94_000, runId: 'r' },
        requester: { kind: 'person', name: 'dashboard' },
      },
      'A rollback that somebody asked for was verified on 2026-11-30 12:00:00 UTC, after 1 min 34 s.',
    ],
    [
      {
        ...{ kind: 'rollback', at: now, tookMs: 94_000, runId: 'r' },
        requester: { kind: 'automatic', trigger: 'high_error_rate', decisionId: 'd' },
      },
      'A rollback that high_error_rate called for was verified on 2026-11-30 12:00:00 UTC, after 1 min 34 s.',
    ],
  ])('%j', (practice, words) => expect(practiceInWords(practice)).toBe(words));

  test.each<[Partial<DrillFacts>, string]>([
    [{}, 'Due by 2027-02-18 12:00:00 UTC (in 80 d): it is to be practised every 90 days.'],
    [
      { since: now - 95 * day },
      'Overdue since 2026-11-25 12:00:00 UTC (for 5 d): it is to be practised every 90 days.',
    ],
    [
      { declared: { everyDays: 1 }, canGoBack: false },
      'It is to be practised every day. There is no release to go back from yet.',
    ],
    [
      { declared: null },
      'Nobody declared how often it has to be practised (drills.everyDays), so it is never overdue.',
    ],
  ])('%j', (over, due) => expect(drillInWords('main/shop/web', facts(over), now).due).toBe(due));

  test('the last time says how long ago that is, and how to practise names the service', () => {
    const { last, how } = drillInWords('main/shop/web', facts({ last: recorded() }), now);
    expect(last).toBe('Recorded by ada. Held on 2026-11-28 12:00:00 UTC. That is 2 d ago.');
    expect(how).toContain('lastgood drill record main/shop/web');
    expect(drillInWords('main/shop/web', facts(), now).last).toBe(
      'Never: no rollback was verified and no drill is recorded.',
    );
  });
});
