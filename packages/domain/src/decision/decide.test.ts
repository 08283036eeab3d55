import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Returned } from '../deployment/jump.ts';
import { isoInstant } from '../iso-instant.ts';
import { defaultPolicy } from '../service/service.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import { formatClock } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { decide, isNews, worstFiring } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Watched } from './watched.ts';

const slot = dayZero + 10 * minute;

function firing(trigger: Partial<RollbackTrigger> = {}, state: Partial<TriggerState> = {}): JudgedTrigger {
  return {
    trigger: aTrigger(trigger),
    state: {
      ...initialTriggerState,
      phase: 'firing',
      since: slot,
      heldMs: 2 * minute,
      lastSlot: slot,
      lastJudgedSlot: slot,
      lastBreachSlot: slot,
      reading: { kind: 'value', value: 0.082 },
      everFired: true,
      ...state,
    },
  };
}

const none = 'no last known good is recorded';

const quiet = (trigger: Partial<RollbackTrigger>): JudgedTrigger =>
  firing(trigger, { phase: 'inactive', lastBreachSlot: null, reading: { kind: 'value', value: 0 } });

/** A decision is read later than it was made: it names the instant, not what was left. */
const clockOf = (at: number) => new RegExp(`its cooldown ends at ${formatClock(at)}`);

function watched(over: Partial<Watched> = {}): Watched {
  return {
    deployment: aDeployment(),
    service: aService(),
    triggers: [],
    between: [],
    lastAttemptAt: null,
    activeRunId: null,
    isTakenBack: false,
    lastKnownGood: aBaseline(),
    lastDecision: null,
    acknowledgement: null,
    dependencyEvidence: [],
    ...over,
  };
}

const suggesting = { name: 'high_latency', severity: 'page_and_suggest', unit: 's' } as const;
const logging = { name: 'noise', severity: 'log_only' } as const;

describe('the worst firing trigger wins', () => {
  it.each<[string, JudgedTrigger[], Decision['verdict'], string | null]>([
    ['nothing fires', [quiet({}), quiet(suggesting)], 'none', null],
    ['a log fires', [firing(logging)], 'record', 'noise'],
    ['a suggestion fires', [firing(suggesting), quiet({})], 'suggest', 'high_latency'],
    [
      'a suggestion is listed before an automatic one',
      [firing(suggesting), firing()],
      'roll_back',
      'high_error_rate',
    ],
    ['a log is listed before a suggestion', [firing(logging), firing(suggesting)], 'suggest', 'high_latency'],
    ['a shadow fires', [firing({ shadow: true })], 'record', 'high_error_rate'],
    ['a shadow fires beside a log', [firing({ shadow: true }), firing(logging)], 'record', 'noise'],
    [
      'a shadow fires beside a suggestion',
      [firing({ shadow: true }), firing(suggesting)],
      'suggest',
      'high_latency',
    ],
  ])('%s', (_words, judged, verdict, trigger) => {
    expect(decide({ watched: watched(), judged, slot, id: 'x' })).toMatchObject({ verdict, trigger });
  });

  it('names the first to fire among equals, and among them one that its newest reading confirms', () => {
    const early = firing({ name: 'early' }, { since: slot - minute });
    const late = firing({ name: 'late' });
    expect(worstFiring([late, early])?.trigger.name).toBe('early');
    const unconfirmed = firing({ name: 'early' }, { since: slot - minute, lastBreachSlot: slot - minute });
    expect(worstFiring([unconfirmed, late])?.trigger.name).toBe('late');
  });

  it('stores every trigger as it stood', () => {
    const decision = decide({ watched: watched(), judged: [firing(suggesting), quiet({})], slot, id: 'x' });
    expect(decision.evidence.map(({ trigger, phase }) => [trigger, phase])).toEqual([
      ['high_latency', 'firing'],
      ['high_error_rate', 'inactive'],
    ]);
    expect(decision).toMatchObject({ id: 'x', deploymentId: 'd2', service: 'main/shop/web', slot });
  });

  it('explains itself with value, threshold, how long it lasts, needed and what follows', () => {
    expect(decide({ watched: watched(), judged: [firing()], slot, id: 'x' }).sentence).toBe(
      'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): rolling back to v1 (release 1).',
    );
  });
});

describe('what makes an automatic rollback a suggestion', () => {
  it.each<[string, Partial<Watched>, JudgedTrigger, RegExp]>([
    [
      'a rollback of a rollback',
      { deployment: aDeployment({ origin: 'rollback' }) },
      firing(),
      /itself a rollback/,
    ],
    [
      'a version that somebody put back',
      {
        deployment: aDeployment({
          putBack: { kind: 'back', runId: 'r1', by: null, words: 'v2 is back.', advice: '' },
        }),
      },
      firing(),
      /only a person takes it back again/,
    ],
    [
      'a watch that is over',
      { deployment: aDeployment({ status: 'completed', watchClosedAt: slot - 60 * minute }) },
      firing(),
      /its watch is over/,
    ],
    ['cooldown', { lastAttemptAt: slot - 5 * minute + 1_000 }, firing(), clockOf(slot + 1_000)],
    [
      'a cooldown of days',
      {
        lastAttemptAt: slot,
        service: aService({ policy: { ...defaultPolicy, cooldownMs: 72 * 60 * minute } }),
      },
      firing(),
      new RegExp(`its cooldown ends at ${isoInstant(slot + 72 * 60 * minute).slice(0, 10)} ..:..:.. UTC`),
    ],
    ['no target', { lastKnownGood: null }, firing(), /no last known good/],
    [
      'an unproven target',
      { lastKnownGood: aBaseline({ proof: 'unproven' }) },
      firing(),
      /no last known good/,
    ],
    [
      'a target that was taken back',
      { lastKnownGood: aBaseline({ status: 'rolled_back' }) },
      firing(),
      /no last/,
    ],
    [
      'a source that is down now',
      {},
      firing({}, { lastBreachSlot: slot - minute, reading: { kind: 'unreachable', reason: 'refused' } }),
      /newest reading does not confirm it \(could not ask: refused\)/,
    ],
    [
      'a value that is healthy now, while the hysteresis keeps it firing',
      {},
      firing({}, { lastBreachSlot: slot - minute, reading: { kind: 'value', value: 0.01 } }),
      /newest reading does not confirm it \(1 %\)/,
    ],
  ])('%s', (_words, over, trigger, reason) => {
    const decision = decide({ watched: watched(over), judged: [trigger], slot, id: 'x' });
    expect(decision).toMatchObject({ verdict: 'suggest', wanted: 'roll_back' });
    expect(decision.restraints.join()).toMatch(reason);
    expect(decision.sentence).toMatch(
      decision.restraints.join().includes(none) ? /nothing to go back to/ : reason,
    );
  });

  it('is no watch that is over where the policy says to act', () => {
    const deployment = aDeployment({ status: 'completed', watchClosedAt: slot - 60 * minute });
    const service = aService({ policy: { ...aService().policy, afterWatch: 'roll_back' } });
    expect(
      decide({ watched: watched({ deployment, service }), judged: [firing()], slot, id: 'x' }).verdict,
    ).toBe('roll_back');
  });

  it('ends with the cooldown', () => {
    expect(
      decide({ watched: watched({ lastAttemptAt: slot - 5 * minute }), judged: [firing()], slot, id: 'x' })
        .verdict,
    ).toBe('roll_back');
  });

  it('holds back for a brake, and says which', () => {
    const decision = decide({
      watched: watched(),
      judged: [firing()],
      slot,
      id: 'x',
      brakes: ['six services trip'],
    });
    expect(decision).toMatchObject({ verdict: 'suggest', restraints: ['six services trip'] });
  });

  it('says nothing while the service is being rolled back', () => {
    const busy = watched({ activeRunId: 'r1' });
    expect(decide({ watched: busy, judged: [firing()], slot, id: 'x' }).verdict).toBe('none');
    expect(decide({ watched: busy, judged: [firing(suggesting)], slot, id: 'x' }).verdict).toBe('none');
    expect(decide({ watched: busy, judged: [firing(logging)], slot, id: 'x' }).verdict).toBe('record');
  });

  it('does not call the release a rollback returned to its next target', () => {
    const decision = decide({
      watched: watched({ deployment: aDeployment({ origin: 'rollback' }) }),
      judged: [firing()],
      slot,
      id: 'x',
    });
    expect(decision.sentence).toContain('a rollback to a release further back is suggested');
  });

  it.each(['detected', 'rollback'] as const)(
    'never says that a rollback is suggested where there is nothing to go back to: %s',
    (origin) => {
      const lost = watched({ deployment: aDeployment({ origin }), lastKnownGood: null });
      for (const trigger of [{}, suggesting]) {
        const { sentence } = decide({ watched: lost, judged: [firing(trigger)], slot, id: 'x' });
        expect(sentence).toContain(': there is nothing to go back to, because no earlier release');
        expect(sentence).not.toMatch(/rollback|last known good/);
      }
    },
  );
});

describe('a decision is said once', () => {
  const at = (when: number, over: Partial<Watched>, judged: JudgedTrigger[]) => {
    const moved = judged.map(({ trigger, state }) => {
      const confirmed = state.lastBreachSlot === null ? null : when;
      return { trigger, state: { ...state, lastSlot: when, lastBreachSlot: confirmed } };
    });
    return decide({ watched: watched(over), judged: moved, slot: when, id: 'x' });
  };
  const later = slot + 15_000;
  const suggestion = at(slot, {}, [firing(suggesting)]);

  it.each<[string, Decision, Decision | null, JudgedTrigger[], boolean]>([
    ['nothing is never news', at(slot, {}, []), null, [], false],
    ['the first suggestion is', suggestion, null, [firing(suggesting)], true],
    [
      'the same in the next slot is not',
      at(later, {}, [firing(suggesting)]),
      suggestion,
      [firing(suggesting)],
      false,
    ],
    [
      'fired anew since is',
      at(later, {}, [firing(suggesting)]),
      suggestion,
      [firing(suggesting, { since: later })],
      true,
    ],
    ['a graver one is', at(later, {}, [firing()]), suggestion, [firing()], true],
    [
      'a milder one that fired before is not',
      at(later, {}, [firing(logging)]),
      suggestion,
      [firing(logging)],
      false,
    ],
    [
      'what is left of a rollback that was tried is not',
      at(later, { lastAttemptAt: slot }, [firing()]),
      at(slot, {}, [firing()]),
      [firing()],
      false,
    ],
    [
      'another attempt after the cooldown is',
      at(slot + 5 * minute, { lastAttemptAt: slot }, [firing()]),
      at(slot, {}, [firing()]),
      [firing()],
      true,
    ],
  ])('%s', (_words, decision, last, judged, news) => {
    expect(isNews(decision, last, judged)).toBe(news);
  });

  it.each<[string, Decision, number | null, boolean]>([
    ['fires on and was told as over since is', at(later, {}, [firing(suggesting)]), slot + 1, true],
    ['fires on and was told as over before is not', at(later, {}, [firing(suggesting)]), slot, false],
    ['is only logged is not', at(later, {}, [firing(logging)]), slot + 1, false],
    ['does not fire is not', at(later, {}, [quiet(suggesting)]), slot + 1, false],
  ])('what %s', (_words, decision, toldOverAt, news) => {
    expect(isNews(decision, suggestion, [firing(suggesting), firing(logging)], toldOverAt)).toBe(news);
  });

  it('suggests again what a guard speaks against that was not asked before, once in a firing', () => {
    const said = (over: Partial<Decision>): Decision => ({
      ...at(later, { lastAttemptAt: slot }, [firing()]),
      ...over,
    });
    const objects = (firedAt: number) =>
      ({ guards: [{ trigger: 'high_error_rate', firedAt, outcome: 'objects' }] }) as unknown as Decision;
    const cooling = said({});
    expect(cooling.verdict).toBe('suggest');
    expect(isNews(said(objects(slot)), cooling, [firing()])).toBe(true);
    expect(isNews(said(objects(slot)), said(objects(slot)), [firing()])).toBe(false);
    const group = { outcome: 'objects' } as NonNullable<Decision['group']>;
    expect(isNews(said({ group }), cooling, [firing()])).toBe(true);
    expect(isNews(said({ group }), said({ group }), [firing()])).toBe(false);
  });

  it('does not suggest again when a graver trigger resolves and leaves the one suggested first', () => {
    const both = at(later, { lastKnownGood: null }, [firing(suggesting), firing({}, { since: later })]);
    expect(isNews(both, suggestion, [firing(suggesting), firing({}, { since: later })])).toBe(true);
    const left = at(later + 15_000, {}, [firing(suggesting)]);
    expect(isNews(left, both, [firing(suggesting)])).toBe(false);
  });
});

describe('how far back', () => {
  const passed = (n: number) => ({
    ...aDeployment({
      ...{ id: `d${n}`, release: n, status: 'completed', proof: 'unproven' },
      startedAt: dayZero - (9 - n) * minute,
    }),
    returned: null,
  });
  const deployment = aDeployment({ release: 6 });
  const decided = (between: ReturnType<typeof passed>[], service = aService()) =>
    decide({ watched: watched({ deployment, between, service }), judged: [firing()], slot, id: 'x' });

  it('r2 to r5 replaced within their windows, r6 bad: back to r1 is suggested, with the reason', () => {
    const decision = decided([2, 3, 4, 5].map(passed));
    expect(decision).toMatchObject({ verdict: 'suggest', wanted: 'roll_back' });
    expect(decision.sentence).toContain(
      'Not by itself: v1 (release 1) is 4 releases further back that nothing has proven (by itself it skips at most 2).',
    );
  });

  it('to what last served longer ago than the policy allows is suggested, with the ages', () => {
    const day = 24 * 60 * minute;
    const old = { ...passed(5), status: 'rolled_back', startedAt: dayZero - 4 * day } as const;
    const decision = decided([old]);
    expect(decision).toMatchObject({ verdict: 'suggest', wanted: 'roll_back' });
    expect(decision.sentence).toContain(
      'Not by itself: v1 (release 1) last served 4 days ago (by itself it returns to what served within 3 days).',
    );
    const policy = { ...aService().policy, automaticMaxTargetAgeMs: 5 * day };
    expect(decided([old], aService({ policy })).verdict).toBe('roll_back');
  });

  it('within the limits of the policy it rolls back by itself', () => {
    expect(decided([4, 5].map(passed)).verdict).toBe('roll_back');
    const policy = { ...aService().policy, automaticMaxSkippedReleases: 4 };
    expect(decided([2, 3, 4, 5].map(passed), aService({ policy })).verdict).toBe('roll_back');
  });
});

describe('a target that a later return speaks against', () => {
  const returned = { targetId: aBaseline().id, verdict: 'failed', breached: null } as const;
  const decided = (over: Partial<Returned>) => {
    const row = aDeployment({ id: 'd3', release: 3, origin: 'rollback', startedAt: dayZero });
    const between = [{ ...row, returned: { ...returned, ...over } }];
    const deployment = aDeployment({ id: 'd4', release: 4 });
    return decide({ watched: watched({ deployment, between }), judged: [firing()], slot, id: 'x' });
  };

  it.each<[string, Partial<Returned>, string]>([
    ['whose verification failed', {}, 'its verification failed'],
    [
      'on which an automatic trigger fired',
      { verdict: 'passed', breached: 'high_error_rate' },
      'breached high_error_rate',
    ],
  ])('is suggested and not returned to by itself: %s', (_words, over, why) => {
    const decision = decided(over);
    expect(decision).toMatchObject({ verdict: 'suggest', wanted: 'roll_back' });
    expect(decision.sentence).toContain(
      `Not by itself: v1 (release 1) was returned to as release 3 and ${why}.`,
    );
  });

  it('is returned to by itself where the return passed', () =>
    expect(decided({ verdict: 'passed' }).verdict).toBe('roll_back'));
});

describe('the evidence', () => {
  const defined = (judged: JudgedTrigger) =>
    decide({ watched: watched(), judged: [judged], slot, id: 'x' }).evidence[0]?.definition;

  it.each<[string, JudgedTrigger, boolean]>([
    ['of what fires', firing(), true],
    ['of what has fired', quiet({}), true],
    ['of what is in breach', firing({}, { phase: 'pending', everFired: false }), true],
    [
      'of what is quiet and never fired',
      firing({}, { phase: 'inactive', everFired: false, lastBreachSlot: null }),
      false,
    ],
    ['of a shadow', firing({ shadow: true }), false],
    ['of what is only logged', firing({ severity: 'log_only' }), false],
  ])('%s has what is needed to ask again: %s', (_words, judged, has) =>
    expect(defined(judged)).toEqual(has ? judged.trigger : undefined),
  );
});
