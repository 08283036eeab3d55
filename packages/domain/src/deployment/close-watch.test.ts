import { aDeployment, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { closeWatch, isInWatchWindow } from './close-watch.ts';
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
  state: { ...initialTriggerState, phase: 'inactive', slotsAsked: slots, slotsAnswered: slots, ...state },
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
    ['90 % answered', [judged({ slotsAnswered: 108 })], 'verified', /verified/],
    [
      'just fewer',
      [judged({ slotsAnswered: 107 })],
      'unproven',
      /answered in 107 of 120 slots, fewer than 90 %/,
    ],
    [
      'one of two silent',
      [judged(), judged({ slotsAnswered: 3 }, { name: 'b' })],
      'unproven',
      /b answered in 3/,
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
      [judged(), judged({ slotsAnswered: 0 }, { severity: 'log_only' })],
      'verified',
      /./,
    ],
    ['never answered', [judged({ slotsAnswered: 0 })], 'unproven', /answered in 0/],
    [
      'warm-up is nobody’s silence',
      [judged({ slotsAnswered: 80 }, { initialDelayMs: 20 * minute })],
      'verified',
      /verified/,
    ],
    [
      'all warm-up',
      [judged({ slotsAnswered: 0 }, { initialDelayMs: 90 * minute })],
      'unproven',
      /answered in 0 of 0/,
    ],
  ])('%s', (_words, all, proof, text) => {
    const [said, words] = proofOf(...all);
    expect(said).toBe(proof);
    expect(words).toMatch(text);
  });

  it('waits for a trigger that is pending, for one more window', () => {
    const pending = judged({ phase: 'pending' });
    expect(closeWatch(watched, [pending], watchEndsAt, interval)).toBeNull();
    const end = closeWatch(watched, [pending], watchEndsAt + 30 * minute, interval);
    expect(end?.patch.proof).toBe('unproven');
    expect(end?.event.text).toContain('still breaches');
  });

  it('does not call a window without a single slot verified', () => {
    const short = aDeployment({ status: 'completed', completedAt, watchEndsAt: completedAt + 5_000 });
    expect(
      closeWatch(short, [judged({ slotsAnswered: 0 })], completedAt + interval, interval)?.patch.proof,
    ).toBe('unproven');
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
      watchWindowMs,
      cooldownMs: 5 * minute,
      maxInProgressMs: 0,
      stableTimeoutMs: 0,
      releaseStuckPods: true,
    });
    expect(isSettling(rollback, policy(30 * minute), completedAt + 5 * minute - 1)).toBe(true);
    expect(isSettling(rollback, policy(30 * minute), completedAt + 5 * minute)).toBe(false);
    expect(isSettling(rollback, policy(minute), completedAt + minute / 2)).toBe(false);
    expect(isSettling(watched, policy(30 * minute), completedAt)).toBe(false);
  });
});
