import { aDeployment, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import { onlySuggests } from './after-watch.ts';
import { isReadIn, isStanding, type ReadPace, type Rest, readAs, readEveryMs } from './read-pace.ts';

const pace: ReadPace = { intervalMs: 15_000, standingMs: 60_000 };
const closed = aDeployment({ status: 'completed', proof: 'verified', watchClosedAt: dayZero });
const rest: Rest = { ...initialTriggerState, phase: 'inactive', lastSlot: dayZero };
const companion = (kind: 'no-data' | 'unreachable') => ({
  reading: kind === 'unreachable' ? { kind, reason: 'HTTP 503' } : { kind },
  ...{ troubleSince: dayZero, troubleReason: 'HTTP 503' },
});

describe('what stands', () => {
  it.each<[string, Parameters<typeof aDeployment>[0], boolean]>([
    ['watched', {}, false],
    ['a closed watch', closed, true],
    ['a baseline that was never watched', { proof: 'presumed_good', watchClosedAt: dayZero }, true],
    ['failed, and watched on', { status: 'failed' }, false],
    ['failed, and watched no more', { status: 'failed', watchClosedAt: dayZero }, true],
    ['a rollback under way', { origin: 'rollback' }, false],
    ['a rollback that stopped half-way', { origin: 'rollback', status: 'failed' }, true],
  ])('%s', (_words, over, stands) => {
    expect(isStanding(aDeployment(over))).toBe(stands);
  });
});

describe('how often it is read', () => {
  it.each<[string, Rest | null, number]>([
    ['at rest', rest, 60_000],
    ['not asked yet', null, 60_000],
    ['pending', { ...rest, phase: 'pending' }, 15_000],
    ['firing', { ...rest, phase: 'firing' }, 15_000],
    ['a query in trouble', { ...rest, troubleSince: dayZero }, 15_000],
    ['a query in trouble for as long as that', { ...rest, troubleSince: dayZero - minute }, 60_000],
    ['a companion in trouble', { ...rest, companion: companion('unreachable') }, 15_000],
    ['a companion without traffic', { ...rest, companion: companion('no-data') }, 60_000],
  ])('%s', (_words, state, every) => {
    expect(readEveryMs(closed, [rest, state], pace)).toBe(every);
    expect(readEveryMs(aDeployment(), [rest, state], pace)).toBe(15_000);
  });

  it('is never quicker than the slots nor slower than asked, and not at all while its rollback is at work', () => {
    const every = (standingMs: number) => readEveryMs(closed, [rest], { ...pace, standingMs });
    expect([1_000, 15_000, 50_000, 3_600_000].map(every)).toEqual([15_000, 15_000, 45_000, 3_600_000]);
    expect(readEveryMs(aDeployment({ origin: 'rollback' }), [], pace)).toBeNull();
    expect(readEveryMs(aDeployment({ origin: 'rollback', status: 'failed' }), [rest], pace)).toBe(15_000);
  });
});

describe('the slots of many that are at rest', () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `deployment-${n}`);
  const readIn = (n: number) =>
    ids.filter((id) => isReadIn(dayZero + n * pace.intervalMs, { ...closed, id }, false, pace));

  it('have an even share of them each, and every one its turn', () => {
    const slots = [0, 1, 2, 3].map(readIn);
    for (const share of slots) {
      expect(share.length).toBeGreaterThan(200);
      expect(share.length).toBeLessThan(300);
    }
    expect(new Set(slots.flat()).size).toBe(1_000);
    expect(readIn(4)).toEqual(slots[0]);
  });

  it('have all of those that are not', () => {
    expect(ids.every((id) => isReadIn(dayZero, { ...closed, id }, true, pace))).toBe(true);
  });
});

it('acts by itself after the watch only where the policy says so', () => {
  const { policy } = aService();
  const open = aDeployment({ completedAt: dayZero, watchEndsAt: dayZero + minute });
  expect(onlySuggests(closed, policy)).toBe(true);
  expect(onlySuggests(closed, { afterWatch: 'roll_back' })).toBe(false);
  expect(onlySuggests(open, policy)).toBe(false);
});

it.each<[string, Parameters<typeof aDeployment>[0], boolean, number | null, string]>([
  ['watched', {}, true, null, 'watched'],
  ['what serves after its watch', closed, true, null, 'standing'],
  ['what was replaced', closed, false, dayZero, 'over'],
  ['what a rollback takes back', closed, false, null, 'taken_back'],
  ['that rollback', { origin: 'rollback' }, true, null, 'not_yet'],
  ['one that stopped', { origin: 'rollback', status: 'failed' }, true, null, 'standing'],
])('how %s is read', (_words, over, isNewest, readUntil, how) => {
  expect(readAs(aDeployment(over), { isNewest, readUntil })).toBe(how);
});
