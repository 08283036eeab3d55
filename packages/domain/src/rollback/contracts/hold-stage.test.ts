import { describe, expect, it } from 'vitest';
import type { Reading } from '../../trigger/reading.ts';
import { type HeldSeen, type HeldStage, holdStage, judgeStage, weightsToLeave } from './hold-stage.ts';
import { reachStage, weightsToReach } from './reach-stage.ts';

const split = (stable: number) => ({ stable, canary: 100 - stable });
const copyOf = (name: string) => ({ name, variables: { WORKLOAD: name }, workload: null });
const step: HeldStage = {
  route: { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'web' },
  ...{ uid: 'u', rule: null, to: copyOf('stable'), other: copyOf('canary'), before: split(0) },
  ...{ stages: [25, 50, 75, 100].map(split), stage: 1, enough: 4, soakMs: 30_000, jumpAbove: 0.1 },
  errors: { query: 'e{w="$WORKLOAD"}', atMost: 0.05, unit: 'ratio' },
  latency: { query: 'l{w="$WORKLOAD"}', atMost: 1, unit: 's' },
};

const number = (value: number): Reading => ({ kind: 'value', value });
interface Given {
  weights?: Record<string, number>;
  ready?: number;
  others?: number;
  own?: Reading;
  its?: Reading;
  slow?: Reading;
  heldForMs?: number;
  looksBackMs?: number;
}
function seenAs({ weights = split(50), ready = 4, others = 4, ...over }: Given = {}): HeldSeen {
  const { own = number(0.01), its = number(0.06), slow = number(0.4), looksBackMs = 10_000 } = over;
  return {
    route: { uid: 'u', weights, accepted: true, ready: { stable: ready, canary: others } },
    heldForMs: over.heldForMs ?? 30_000,
    errors: { to: { reading: own, looksBackMs }, other: { reading: its, looksBackMs } },
    latency: { reading: slow, looksBackMs },
  };
}

describe('the gate of a stage', () => {
  const unread: Reading = { kind: 'unreachable', reason: 'refused' };
  it.each<[string, Given, 'passed' | 'paused' | 'at-once' | 'lead-back', RegExp | null]>([
    ['opens when all is well', {}, 'passed', null],
    ['waits for its time', { heldForMs: 29_999 }, 'paused', /50 % for 30 s/],
    [
      'waits for what the next stage needs',
      { ready: 2 },
      'paused',
      /has 2 of the 3 ready endpoints that 75 %/,
    ],
    [
      'waits while errors are above their limit',
      { own: number(0.06), its: number(0.07) },
      'paused',
      /errors of stable are above 5 %/,
    ],
    ['waits while it is slow', { slow: number(2) }, 'paused', /takes longer than 1 s/],
    ['does not open on no data', { own: { kind: 'no-data' } }, 'paused', /no data/],
    ['does not open without traffic to measure', { own: { kind: 'not-a-number' } }, 'paused', /no traffic/],
    ['does not open when nobody answers', { slow: unread }, 'paused', /could not ask/],
    [
      'does not open on what was measured before it',
      { looksBackMs: 31_000 },
      'paused',
      /looks back before this stage/,
    ],
    [
      'goes to 100 % when errors of the other rise',
      { its: number(0.12) },
      'at-once',
      /^errors of canary rose to 12 % \(above 10 %\): went to 100 % at once$/,
    ],
    ['does not wait for its time then', { its: number(0.12), heldForMs: 0 }, 'at-once', /rose/],
    [
      'but for enough to carry all of it',
      { its: number(0.12), ready: 3 },
      'paused',
      /rose to 12 %.*3 of the 4 ready endpoints that 100 %/,
    ],
    [
      'goes back when it is the sicker copy',
      { own: number(0.3), its: number(0.06) },
      'lead-back',
      /errors of stable are 30 % and those of canary 6 %/,
    ],
    ['lets it warm up before that', { own: number(0.3), heldForMs: 10_000 }, 'paused', /30 s/],
    ['goes nowhere back on old readings', { own: number(0.3), looksBackMs: 60_000 }, 'paused', /looks back/],
    [
      'sends nobody at once to the sicker copy, cold as it may be still',
      { own: number(0.9), its: number(0.25), heldForMs: 4_000 },
      'paused',
      /^paused: errors of canary rose, but those of stable are higher still/,
    ],
    [
      'and leaves it once it has had its time',
      { own: number(0.9), its: number(0.25) },
      'lead-back',
      /errors of stable are 90 % and those of canary 25 %/,
    ],
    [
      'jumps where nothing is known of the copy',
      { own: { kind: 'no-data' }, its: number(0.25), heldForMs: 4_000 },
      'at-once',
      /rose to 25 %/,
    ],
    ['goes to the less sick of two', { own: number(0.2), its: number(0.5) }, 'at-once', /rose to 50 %/],
    [
      'goes back at once when nothing of it is ready',
      { ready: 0, heldForMs: 0 },
      'lead-back',
      /stable has no ready endpoint, and canary has 4/,
    ],
    ['goes nowhere when nothing is ready anywhere', { ready: 0, others: 0 }, 'paused', /0 of the 3/],
  ])('%s', (_what, given, kind, words) => {
    const seen = seenAs(given);
    const judged = judgeStage(step, seen);
    expect(judged).toMatchObject(words ? { kind, note: expect.stringMatching(words) } : { kind });
    expect(holdStage.isDone(step, seen)).toBe(kind === 'passed');
    expect(holdStage.blockedBy?.(step, seen, '') ?? null).toEqual(
      'note' in judged && kind === 'paused' ? judged.note : null,
    );
    if (kind === 'at-once')
      expect(weightsToLeave(step, seen).target).toMatchObject({ from: split(50), weights: split(100) });
    if (kind === 'lead-back')
      expect(weightsToLeave(step, seen).target).toMatchObject({ from: split(50), weights: split(0) });
  });

  it('opens by time and endpoints alone where nothing tells the copies apart', () => {
    const blind = { ...step, errors: null, latency: null, jumpAbove: null };
    expect(judgeStage(blind, { ...seenAs(), errors: null, latency: null })).toEqual({ kind: 'passed' });
  });

  it('does not jump where nothing says what rising is', () => {
    const seen = seenAs({ its: number(0.9) });
    expect(judgeStage({ ...step, jumpAbove: null }, seen).kind).toBe('passed');
  });

  it('goes at once when a person asks, capacity allowing', () => {
    const hurried = { ...step, hurriedBy: 'ada' };
    expect(judgeStage(hurried, seenAs({ heldForMs: 0 }))).toEqual({
      ...{ kind: 'at-once', note: 'ada asked for all of it: went to 100 % at once' },
    });
    expect(judgeStage(hurried, seenAs({ ready: 2 })).kind).toBe('paused');
    const sicker = seenAs({ own: number(0.9), its: number(0.25), heldForMs: 4_000 });
    expect(judgeStage(hurried, sicker).kind).toBe('at-once');
  });

  it('says the same while it waits for the same, so that the timeline tells it once', () => {
    const notes = [0.06, 0.061].map((own) =>
      holdStage.blockedBy?.(step, seenAs({ own: number(own), its: number(0.07) }), ''),
    );
    expect(new Set(notes).size).toBe(1);
  });
});

describe('a stage that is found otherwise than it was left', () => {
  it('is done where everything went back already, once the route has taken that', () => {
    const seen = seenAs({ weights: split(100) });
    expect(holdStage.isDone(step, seen)).toBe(true);
    const untaken = { ...seen, route: { ...seen.route, accepted: false } };
    expect(holdStage.isDone(step, untaken)).toBe(false);
    expect(holdStage.waitsFor(step, untaken, '')).toMatch(/not taken by its controller/);
  });

  it.each([
    ['led back', split(0), /as before the rollback/, /\(stable 0, canary 100\)/],
    ['set by somebody else', split(61), /Somebody else/, null],
    ['set back to an earlier stage', split(25), /Somebody else/, null],
  ])('%s: the run stops', (_what, weights, reason, endState) => {
    const refusal = holdStage.refusal(step, seenAs({ weights }), '');
    expect(refusal?.reason).toMatch(reason);
    if (endState)
      expect(refusal).toMatchObject({ code: 'healthiest-copy', endState: expect.stringMatching(endState) });
  });

  it('says why where that is seen still', () => {
    const seen = seenAs({ weights: split(0), ready: 0 });
    expect(holdStage.refusal(step, seen, '')?.reason).toBe(
      'stable has no ready endpoint, and canary has 4: the traffic was led back to canary, the healthier copy.',
    );
  });
});

describe('a stage that is to be reached', () => {
  const target = { ...step, stage: 2 };
  it('waits for endpoints enough, then gets its share from where the route is', () => {
    const { route } = seenAs({ ready: 2 });
    expect(reachStage.blockedBy?.(target, route, '')).toMatch(/2 of the 3/);
    const ready = seenAs({ ready: 3 }).route;
    expect([reachStage.refusal(target, ready, ''), reachStage.blockedBy?.(target, ready, '')]).toEqual([
      null,
      null,
    ]);
    expect(weightsToReach(target, ready)).toMatchObject({ from: split(50), weights: split(75) });
  });

  it('leads back what it has where nothing of the copy is left', () => {
    const { route } = seenAs({ ready: 0 });
    expect([reachStage.refusal(target, route, ''), reachStage.blockedBy?.(target, route, '')]).toEqual([
      null,
      null,
    ]);
    expect(weightsToReach(target, route)).toMatchObject({ from: split(50), weights: split(0) });
    expect(reachStage.refusal(target, { ...route, weights: split(0) }, '')?.code).toBe('healthiest-copy');
  });

  it('only waits at the beginning: nothing was led there yet', () => {
    const { route } = seenAs({ ready: 0, weights: split(0) });
    expect(reachStage.blockedBy?.({ ...step, stage: 0 }, route, '')).toMatch(
      /0 of the 1 ready endpoint that 25 %/,
    );
  });

  it('is reached where the route is further on', () => {
    expect(reachStage.isDone(target, seenAs({ weights: split(100) }).route)).toBe(true);
    expect(reachStage.isDone(target, seenAs({ weights: split(50) }).route)).toBe(false);
  });
});
