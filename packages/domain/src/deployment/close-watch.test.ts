import { aDeployment, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../service/service.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { describeBeyondWindow } from './beyond-window.ts';
import { closeWatch, isInWatchWindow } from './close-watch.ts';
import type { Deployment } from './deployment.ts';
import { isGoodTarget, isSettling, isWatched } from './eligibility.ts';

const interval = 15_000;
const completedAt = dayZero + 10 * minute;
const watchEndsAt = completedAt + 30 * minute;
const slots = 120;
const looks = { served: slots, lastAt: watchEndsAt - 5_000, lastServed: true, doubt: null };
const watched = aDeployment({ status: 'completed', completedAt, watchEndsAt, looks });

const judged = (
  state: Partial<TriggerState> = {},
  trigger: Partial<RollbackTrigger> = {},
): JudgedTrigger => ({
  trigger: aTrigger(trigger),
  state: {
    ...initialTriggerState,
    ...{ phase: 'inactive', lastSlot: watchEndsAt, lastJudgedSlot: watchEndsAt },
    ...{ reading: { kind: 'value', value: 0 }, slotsAsked: slots, slotsHealthy: slots },
    ...state,
  },
});

const inBreach = { kind: 'value', value: 1 } as const;
const dead = {
  reading: { kind: 'unreachable', reason: 'HTTP 503' },
  troubleSince: watchEndsAt - 11 * interval,
  troubleReason: 'HTTP 503',
} as const;
const saidNothing = { slotsHealthy: 109, lastJudgedSlot: watchEndsAt - 11 * interval };
const saidHealthy = (slot: number) => ({
  ...{ lastSlot: slot, lastJudgedSlot: slot, companion: null, troubleReason: null },
  reading: { kind: 'value', value: 0 } as const,
});

const proofOf = (...all: JudgedTrigger[]) => {
  const end = closeWatch(watched, all, watchEndsAt, interval);
  return [end?.patch.proof, end?.event.text];
};

describe('the end of a watch', () => {
  it('comes when the window after completion has passed, not before', () => {
    expect(closeWatch(watched, [judged()], watchEndsAt - 1, interval)).toBeNull();
    expect(closeWatch(aDeployment(), [judged()], watchEndsAt, interval)).toBeNull();
    expect(closeWatch(watched, [judged()], watchEndsAt, interval)?.patch).toEqual({
      id: 'd2',
      proof: 'verified',
      watchClosedAt: watchEndsAt,
    });
  });

  it.each<[string, JudgedTrigger[], string, RegExp]>([
    ['healthy in 90 %', [judged({ slotsHealthy: 108 })], 'verified', /verified/],
    [
      'just fewer',
      [judged({ slotsHealthy: 107 })],
      'unproven',
      /seen healthy in 107 of 120 slots, fewer than 90 %/,
    ],
    [
      'one of two silent',
      [judged(), judged({ slotsHealthy: 3 }, { name: 'b' })],
      'unproven',
      /b was seen healthy in 3/,
    ],
    ['fired once, resolved since', [judged({ everFired: true })], 'unproven', /high_error_rate fired/],
    [
      'no automatic trigger',
      [judged({}, { severity: 'page_and_suggest' })],
      'unproven',
      /no automatic trigger/,
    ],
    ['only a shadow', [judged({}, { shadow: true })], 'unproven', /no automatic trigger/],
    [
      'a silent suggestion beside',
      [judged(), judged({ slotsHealthy: 0 }, { severity: 'log_only' })],
      'verified',
      /./,
    ],
    ['never answered', [judged({ slotsHealthy: 0 })], 'unproven', /seen healthy in 0/],
    [
      'warm-up is nobody’s silence',
      [judged({ slotsHealthy: 80 }, { initialDelayMs: 20 * minute })],
      'verified',
      /verified/,
    ],
    [
      'warm-up beyond the window of one of two',
      [judged(), judged({ slotsHealthy: 0 }, { name: 'b', initialDelayMs: 90 * minute })],
      'verified',
      /verified/,
    ],
    [
      'all warm-up',
      [judged({ slotsHealthy: 0 }, { initialDelayMs: 90 * minute })],
      'unproven',
      /seen healthy in 0 of 0/,
    ],
    [
      'a suggestion that fired and ended, with nothing to tell whether that is over',
      [
        judged(),
        judged(
          { everFired: true, phase: 'unknown', lastJudgedSlot: dayZero },
          { name: 'slower', severity: 'page_and_suggest' },
        ),
      ],
      'unproven',
      /slower fired, and ended before it could tell whether that is over/,
    ],
  ])('%s', (_words, all, proof, text) => {
    const [said, words] = proofOf(...all);
    expect(said).toBe(proof);
    expect(words).toMatch(text);
  });

  it.each<[boolean, string, JudgedTrigger, Partial<Deployment['looks']>]>([
    [true, 'is verified', judged(), {}],
    [true, 'fired once, resolved since', judged({ everFired: true }), {}],
    [true, 'was unread for long, and is healthy now', judged({ slotsHealthy: 80 }), {}],
    [false, 'fired, and cannot be told', judged({ everFired: true, phase: 'unknown' }), {}],
    [false, 'seldom served', judged(), { served: 20, lastServed: false, doubt: '0 of 3 replicas available' }],
  ])('is %s the end of what was told of one that %s', (isOver, _words, one, seen) => {
    const seenSo = { ...watched, looks: { ...watched.looks, ...seen } };
    expect(closeWatch(seenSo, [one], watchEndsAt, interval)?.isOver).toBe(isOver);
  });

  it.each([
    ['pending', 'auto_rollback'],
    ['firing', 'auto_rollback'],
    ['pending', 'page_and_suggest'],
    ['firing', 'page_and_suggest'],
  ] as const)('waits, without limit, while a trigger is %s that does %s', (phase, severity) => {
    const breaching = judged({ phase, everFired: phase === 'firing' }, { name: 'b', severity });
    for (const later of [0, 30, 60, 60 * 24 * 7].map((minutes) => watchEndsAt + minutes * minute)) {
      expect(closeWatch(watched, [judged(), breaching], later, interval)).toBeNull();
      expect(describeBeyondWindow(watched, [judged(), breaching], later)).toBe(
        'watched beyond its window: b still breaches',
      );
    }
  });

  it.each([{ severity: 'log_only' }, { severity: 'auto_rollback', shadow: true }] as const)(
    'does not wait for %j',
    (over) => {
      const breaching = judged({ phase: 'firing', everFired: true }, { name: 'b', ...over });
      expect(proofOf(judged(), breaching)[0]).toBe('verified');
      expect(describeBeyondWindow(watched, [judged(), breaching], watchEndsAt)).toBeNull();
    },
  );

  it('is unproven after an automatic trigger fired, however long ago it resolved', () => {
    const resolved = { everFired: true, since: completedAt, lastJudgedSlot: watchEndsAt };
    expect(proofOf(judged(resolved))[0]).toBe('unproven');
  });

  it('is verified after a page was sent and the breach has been over for as long as it had to last', () => {
    const over = (healthyMs: number) => ({
      everFired: true,
      since: watchEndsAt - healthyMs,
      lastJudgedSlot: watchEndsAt,
    });
    const page = { name: 'high_latency', severity: 'page_and_suggest', forMs: 3 * minute } as const;
    expect(proofOf(judged(), judged(over(3 * minute), page))[0]).toBe('verified');
    const recovering = judged(over(minute), page);
    expect(closeWatch(watched, [judged(), recovering], watchEndsAt, interval)).toBeNull();
    expect(describeBeyondWindow(watched, [recovering], watchEndsAt)).toBe(
      'watched beyond its window: high_latency fired and must be healthy for 3 min first',
    );
  });

  it('says why it was so seldom seen healthy', () => {
    const companion = {
      reading: { kind: 'no-data' },
      troubleSince: 1,
      troubleReason: 'it answers nothing',
    } as const;
    expect(proofOf(judged({ slotsHealthy: 0, companion }))[1]).toMatch(
      /seen healthy in 0 of 120 slots, fewer than 90 % \(companion query: it answers nothing\)/,
    );
  });

  it('says of a quiet service that few samples prove nothing, and what to do', () => {
    const quiet = (value: number) => ({
      ...{ slotsHealthy: 40, reading: inBreach },
      companion: { reading: { kind: 'value', value } as const, troubleSince: null, troubleReason: null },
    });
    const minSamples = { query: 'count', atLeast: 20 };
    const [proof, text] = proofOf(judged(quiet(3), { minSamples }));
    expect(proof).toBe('unproven');
    expect(text).toMatch(
      /40 of 120 slots, fewer than 90 % \(on 3 samples at the end, of the 20 that count: .* longer watch/,
    );
    expect(proofOf(judged(quiet(20), { minSamples }))[1] ?? '').not.toMatch(/that count/);
    // Few samples of which none failed speak for it.
    expect(
      proofOf(
        judged({ ...quiet(3), slotsHealthy: 120, reading: { kind: 'value', value: 0 } }, { minSamples }),
      )[0],
    ).toBe('verified');
  });

  it('names missed slots where they were the reason, and few samples only where these are', () => {
    const companion = {
      ...{ reading: { kind: 'value', value: 3 } as const, troubleSince: null, troubleReason: null },
    };
    const minSamples = { query: 'count', atLeast: 20 };
    const said = (over: Partial<TriggerState>) => proofOf(judged({ companion, ...over }, { minSamples }))[1];
    for (const reading of [{ kind: 'value', value: 0 }, inBreach] as const)
      expect(said({ reading, slotsAsked: 104, slotsHealthy: 104 })).toMatch(
        /104 of 120 slots, fewer than 90 % \(16 slots were missed: nothing was asked in them\)\.$/,
      );
    // It was in breach before, and is healthy on the few samples of now: these are not why.
    expect(said({ slotsHealthy: 100 })).toMatch(/100 of 120 slots, fewer than 90 %\.$/);
    expect(said({ slotsHealthy: 100, slotsAsked: 110, reading: inBreach })).toMatch(
      /on 3 samples at the end/,
    );
  });

  it('does not call a window without a single slot verified', () => {
    const short = aDeployment({ status: 'completed', completedAt, watchEndsAt: completedAt + 5_000 });
    expect(
      closeWatch(short, [judged({ slotsHealthy: 0 })], completedAt + interval, interval)?.patch.proof,
    ).toBe('unproven');
  });

  it('asks nothing at the end of one whose warm-up outlasts the window, as nobody has of it by then', () => {
    const notAsked = {
      trigger: aTrigger({ name: 'slo_burn_rate', initialDelayMs: 90 * minute }),
      state: initialTriggerState,
    };
    expect(describeBeyondWindow(watched, [judged(), notAsked], watchEndsAt)).toBeNull();
    expect(proofOf(judged(), notAsked)[0]).toBe('verified');
    // Nobody watched, so nothing is proven.
    expect(proofOf(notAsked)[0]).toBe('unproven');
    expect(describeBeyondWindow(watched, [notAsked], watchEndsAt)).toMatch(
      /slo_burn_rate could not be read at the end/,
    );
  });

  it('asks at the end one that was due in the window and was never asked', () => {
    const missed = {
      trigger: aTrigger({ name: 'slo_burn_rate', initialDelayMs: 10 * minute }),
      state: { ...initialTriggerState, slotsHealthy: slots },
    };
    expect(closeWatch(watched, [judged(), missed], watchEndsAt, interval)).toBeNull();
    expect(describeBeyondWindow(watched, [judged(), missed], watchEndsAt)).toMatch(
      /slo_burn_rate could not be read at the end/,
    );
  });

  describe.each<[string, Partial<TriggerState>, Partial<RollbackTrigger>, RegExp]>([
    [
      'the last 11 of 120 slots were in breach beside a dead companion',
      { ...saidNothing, reading: inBreach, companion: dead },
      {},
      /high_error_rate read in breach at the end, which does not count \(companion query: could not ask: HTTP 503\)/,
    ],
    [
      'the last slots were in breach on too few samples',
      { ...saidNothing, reading: inBreach, companion: { ...dead, troubleReason: null } },
      {},
      /read in breach at the end, which does not count \(too few samples\)/,
    ],
    [
      'a trigger that pages was in breach beside a dead companion',
      { ...saidNothing, reading: inBreach, companion: dead },
      { name: 'high_latency', severity: 'page_and_suggest' },
      /high_latency read in breach at the end/,
    ],
    [
      'the last 11 of 120 slots could not be read',
      { ...saidNothing, reading: { kind: 'unreachable', reason: 'HTTP 503' }, troubleReason: 'HTTP 503' },
      {},
      /high_error_rate could not be read at the end \(could not ask: HTTP 503\)/,
    ],
    [
      'the last 11 of 120 slots had no data, which says nothing',
      { ...saidNothing, reading: { kind: 'no-data' } },
      {},
      /high_error_rate could not be read at the end \(no data\)/,
    ],
    [
      'the companion did not answer in the last 11 of 120 slots',
      { slotsHealthy: 109, companion: dead },
      {},
      /high_error_rate could not be read at the end \(companion query: could not ask: HTTP 503\)/,
    ],
  ])('when %s', (_words, state, over, words) => {
    const all = [judged(), judged(state, { minSamples: { query: 'count', atLeast: 20 }, ...over })];
    const seenAt = (lastAt: number) => ({ ...watched, looks: { ...looks, lastAt } });

    it('waits for one more window, and says for what', () => {
      for (const slot of [watchEndsAt, watchEndsAt + 30 * minute - interval]) {
        expect(closeWatch(seenAt(slot), all, slot, interval)).toBeNull();
        expect(describeBeyondWindow(watched, all, slot)).toMatch(words);
      }
    });
    it('is unproven after that', () => {
      const end = closeWatch(seenAt(watchEndsAt + 30 * minute), all, watchEndsAt + 30 * minute, interval);
      expect(end).toMatchObject({ isOver: false, patch: { proof: 'unproven' } });
      expect(end?.event.text).toMatch(words);
    });
    it('is verified as soon as it is read healthy again', () => {
      const slot = watchEndsAt + interval;
      const again = judged({ ...state, ...saidHealthy(slot) }, over);
      expect(closeWatch(seenAt(slot), [judged(), again], slot, interval)?.patch.proof).toBe('verified');
    });
    it('does not wait where it is unproven in any case', () => {
      const fired = judged({ everFired: true }, { name: 'b' });
      expect(closeWatch(watched, [...all, fired], watchEndsAt, interval)?.patch.proof).toBe('unproven');
    });
    it.each([{ severity: 'log_only' }, { shadow: true }] as const)('does not wait for %j', (unheard) => {
      expect(proofOf(judged(), judged(state, { ...over, ...unheard }))[0]).toBe('verified');
    });
  });

  it('does not wait for silence that a trigger declares to be healthy', () => {
    const silent = judged(
      { ...saidHealthy(watchEndsAt), reading: { kind: 'no-data' } },
      { onNoData: 'healthy' },
    );
    expect(proofOf(silent)[0]).toBe('verified');
  });

  it('counts the slots of the window, its end excluded', () => {
    expect(
      [completedAt - 1, completedAt, watchEndsAt - 1, watchEndsAt].map((at) => isInWatchWindow(watched, at)),
    ).toEqual([false, true, true, false]);
    expect(isInWatchWindow(aDeployment(), dayZero)).toBe(false);
  });
});

describe('what is watched, and what may be returned to', () => {
  it.each([
    [aDeployment(), true],
    [watched, true],
    [aDeployment({ status: 'failed' }), true],
    [aDeployment({ status: 'failed', watchClosedAt: dayZero }), false],
    [aDeployment({ status: 'failed', origin: 'rollback' }), false],
    [aDeployment({ watchClosedAt: dayZero }), false],
    [aDeployment({ origin: 'rollback' }), false],
    [{ ...watched, origin: 'rollback' as const }, true],
    [aDeployment({ status: 'rolled_back' }), false],
  ])('watched: %#', (deployment, is) => expect(isWatched(deployment)).toBe(is));

  it.each([
    ['completed', 'verified', true],
    ['completed', 'presumed_good', true],
    ['completed', 'unproven', false],
    ['completed', 'pending', false],
    ['rolled_back', 'verified', false],
    ['failed', 'presumed_good', false],
  ] as const)('a %s, %s deployment is a good target: %s', (status, proof, good) => {
    expect(isGoodTarget(aDeployment({ status, proof }))).toBe(good);
  });

  it('lets a rollback settle for its cooldown, or half of a shorter window', () => {
    const rollback = aDeployment({ origin: 'rollback', status: 'completed', completedAt });
    const policy = (watchWindowMs: number) => ({
      ...defaultPolicy,
      watchWindowMs,
      cooldownMs: 5 * minute,
    });
    expect(isSettling(rollback, policy(30 * minute), completedAt + 5 * minute - 1)).toBe(true);
    expect(isSettling(rollback, policy(30 * minute), completedAt + 5 * minute)).toBe(false);
    expect(isSettling(rollback, policy(minute), completedAt + minute / 2)).toBe(false);
    expect(isSettling(watched, policy(30 * minute), completedAt)).toBe(false);
  });
});
