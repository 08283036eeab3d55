import { aDeployment, aTrigger, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import { waitsForPod } from '../trigger/not-known-yet.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { KnownRelease, KnownService } from './known-service.ts';
import { standingOf } from './service-standing.ts';

const pace = { intervalMs: 5 * second, standingMs: minute };

function known(release: Partial<KnownRelease>, over: Partial<KnownService> = {}): KnownService {
  return {
    service: { key: 'main/shop/web', name: 'web', dependencies: [] },
    release: { ...aDeployment({ startedAt: dayZero, ...release }), doubt: null },
    triggers: [{ trigger: aTrigger(), state: null }],
    declaredAt: null,
    target: null,
    activeRun: null,
    stoppedRunId: null,
    followed: { kind: 'seen' },
    outages: [],
    acknowledgement: null,
    foresight: null,
    ...over,
  };
}

const aState = (over: Partial<TriggerState>): TriggerState => ({ ...initialTriggerState, ...over });

const standing = (service: KnownService, now: number, readingSince: number | null = null) =>
  standingOf(service, { ...pace, now, readingSince });

test('what this Lastgood has not had its turn to read since its start is starting, and after that turn it is an alarm', () => {
  const old = known({ status: 'completed', watchClosedAt: dayZero + minute });
  const startedAt = dayZero + 60 * minute + 2 * second;
  const states = [];
  for (let after = 0; after < 3 * minute; after += second)
    states.push(standing(old, startedAt + after, startedAt));
  const turn = states.findIndex(({ state }) => state !== 'starting');
  expect(turn).toBeGreaterThan(0);
  expect(turn).toBeLessThanOrEqual((minute + 4 * pace.intervalMs) / second);
  expect(states[0]).toMatchObject({ state: 'starting', actor: 'nobody', meaning: 'unknown' });
  expect(states[0]?.next?.words).toBe('first reading');
  expect(states.slice(turn).every(({ state, actor }) => state === 'unseen' && actor === 'you')).toBe(true);
  expect(standing(old, startedAt).state).toBe('unseen');
});

test('what was read in time before a restart goes on to be quiet, and a breach from before stays one', () => {
  const since = dayZero + 60 * minute;
  const read = aState({ phase: 'inactive', lastSlot: since - minute, lastJudgedSlot: since - minute });
  const closed = { status: 'completed', watchClosedAt: dayZero + minute } as const;
  const trigger = aTrigger();
  expect(standing(known(closed, { triggers: [{ trigger, state: read }] }), since + second, since).state).toBe(
    'quiet',
  );
  const firing = { ...read, phase: 'firing' as const, lastSlot: dayZero, lastJudgedSlot: dayZero };
  expect(
    standing(known(closed, { triggers: [{ trigger, state: firing }] }), since + second, since).state,
  ).toBe('firing');
});

test('a rollback is read from its completion on: it begins then, however long its run took', () => {
  const completedAt = dayZero + 10 * minute;
  const back = {
    origin: 'rollback',
    status: 'completed',
    completedAt,
    watchEndsAt: completedAt + 30 * minute,
  } as const;
  expect(standing(known(back), completedAt + second)).toMatchObject({ state: 'starting', actor: 'nobody' });
  expect(standing(known(back), completedAt + minute).state).toBe('unseen');
});

test('a release that waits for its first pod is starting for as long as it is young, then it cannot be seen', () => {
  const completedAt = dayZero + 10 * minute;
  const back = {
    origin: 'rollback',
    status: 'completed',
    completedAt,
    watchEndsAt: completedAt + 30 * minute,
  } as const;
  const waiting = (slot: number) => ({
    triggers: [
      {
        trigger: aTrigger(),
        state: aState({
          phase: 'unknown',
          lastSlot: slot,
          troubleReason: waitsForPod,
          troubleSince: completedAt,
        }),
      },
    ],
  });
  const at = (now: number) => standing(known(back, waiting(now - second)), now);
  expect(at(completedAt + 6 * second)).toMatchObject({ state: 'starting', actor: 'nobody' });
  expect(at(completedAt + 6 * second).lead).toContain(waitsForPod);
  expect(at(completedAt + 5 * minute)).toMatchObject({ state: 'unseen', actor: 'you' });
});

test('a rollback says when it is back only where that is known, and says so when it takes longer', () => {
  const now = dayZero + minute;
  const going = (expectedAt: number | null) =>
    standing(known({}, { activeRun: { id: 'r1', expectedAt }, target: { release: 1, version: 'v1' } }), now);
  expect(going(null).sentence).toBe('back to v1');
  expect(going(now + 9_000).sentence).toBe('back to v1, back in 9 s');
  expect(going(now - 1).sentence).toBe('back to v1, takes longer than expected');
});

test('what is scaled to zero is not quiet by what was read while it served, unless its triggers go on to say so', () => {
  const now = dayZero + 60 * minute;
  const at = (lastJudgedSlot: number, followed: KnownService['followed']) => {
    const state = aState({ phase: 'inactive', lastSlot: now - second, lastJudgedSlot });
    const closed = { status: 'completed', watchClosedAt: dayZero + minute } as const;
    return standing(known(closed, { triggers: [{ trigger: aTrigger(), state }], followed }), now);
  };
  const atZero = { kind: 'seen', atZero: true } as const;
  expect(at(now - minute, atZero)).toMatchObject({ state: 'unseen', actor: 'you' });
  expect(at(now - minute, atZero).lead).toContain('it is scaled to zero, nothing serves');
  expect(at(now - second, atZero).state).toBe('quiet');
  expect(at(now - minute, { kind: 'seen' }).state).toBe('quiet');
});

test('a trigger that was declared just now has its first turn before it is late; one that was asked before has not', () => {
  const declaredAt = dayZero + 60 * minute;
  const closed = { status: 'completed', watchClosedAt: dayZero + minute } as const;
  const fresh = known(closed, { declaredAt });
  expect(standing(fresh, declaredAt + second)).toMatchObject({ state: 'starting', actor: 'nobody' });
  expect(standing(fresh, declaredAt + 2 * minute)).toMatchObject({ state: 'unseen', actor: 'you' });
  const state = aState({ phase: 'inactive', lastSlot: dayZero, lastJudgedSlot: dayZero });
  const old = known(closed, { declaredAt, triggers: [{ trigger: aTrigger(), state }] });
  expect(standing(old, declaredAt + second).state).toBe('unseen');
});

test('a clock that lies in the future excuses nothing for as long', () => {
  const now = dayZero + 60 * minute;
  const closed = { status: 'completed', watchClosedAt: dayZero + minute } as const;
  const ahead = now + 60 * minute;
  expect(standing(known(closed, { declaredAt: ahead }), now)).toMatchObject({
    state: 'unseen',
    actor: 'you',
  });
  expect(standing(known(closed), now, ahead)).toMatchObject({ state: 'unseen', actor: 'you' });
  expect(standing(known({ startedAt: ahead }), now)).toMatchObject({ state: 'unseen', actor: 'you' });
});

test('a trigger that is new does not hide another one that was not asked in time', () => {
  const declaredAt = dayZero + 60 * minute;
  const closed = { status: 'completed', watchClosedAt: dayZero + minute } as const;
  const asked = aState({ phase: 'inactive', lastSlot: dayZero, lastJudgedSlot: dayZero });
  const fresh = { trigger: aTrigger({ name: 'fresh' }), state: null };
  const old = { trigger: aTrigger({ name: 'old' }), state: asked };
  for (const triggers of [
    [fresh, old],
    [old, fresh],
  ])
    expect(standing(known(closed, { declaredAt, triggers }), declaredAt + second).lead).toMatch(
      /^old was not asked in time/,
    );
});

test('what nobody looked at for long is not for ever about to begin', () => {
  const declaredAt = dayZero + 60 * minute;
  const service = { ...known({}), release: null, followed: undefined, declaredAt };
  expect(standing(service, declaredAt + second)).toMatchObject({ state: 'starting', actor: 'nobody' });
  expect(standing(service, declaredAt + 60 * minute)).toMatchObject({
    state: 'unseen',
    actor: 'you',
    lead: 'it was never looked at in its cluster',
  });
});

test('a rollback under way promises no time while what it needs does not answer, and says what that is', () => {
  const activeRun = { id: 'r1', expectedAt: dayZero + minute };
  const going = known({}, { activeRun, target: { release: 1, version: 'v1' } });
  expect(standing(going, dayZero)).toMatchObject({ next: { words: 'back', at: activeRun.expectedAt } });
  const text = 'Prometheus main does not answer: timed out';
  expect(standing({ ...going, outages: [{ kind: 'source', name: 'main', text }] }, dayZero)).toMatchObject({
    state: 'rolling_back',
    next: { words: 'may take longer than expected', at: null },
    sentence: `back to v1, may take longer than expected; ${text}`,
  });
});

test('where a rollback stopped it is said what is read of what serves, or why nobody knows', () => {
  const now = dayZero + 10 * minute;
  const half = { origin: 'rollback', status: 'failed' } as const;
  const lead = (over: Partial<TriggerState> | null) => {
    const state = over && aState({ lastSlot: now, lastJudgedSlot: now, phase: 'inactive', ...over });
    const triggers = [
      { trigger: aTrigger({ name: 'slow', severity: 'page_and_suggest' }), state },
      { trigger: aTrigger(), state },
    ];
    return standing(known(half, { stoppedRunId: 'r1', triggers }), now).lead;
  };
  const value = (n: number) => ({ reading: { kind: 'value', value: n } as const });
  const stopped = 'a rollback stopped and needs a person; ';
  expect(lead(null)).toBe(`${stopped}what serves is not read yet`);
  expect(lead(value(0.01))).toBe(`${stopped}high_error_rate 1 %, fires at > 5 %`);
  expect(lead({ ...value(0.3), phase: 'pending', heldMs: minute, lastBreachSlot: now })).toBe(
    `${stopped}high_error_rate 30 % > 5 %`,
  );
  expect(lead({ ...value(0.3), lastSlot: now - minute, lastJudgedSlot: now - minute })).toBe(
    `${stopped}slow was not asked in time`,
  );
  const refused = { troubleSince: now, troubleReason: 'refused', lastJudgedSlot: null };
  expect(lead({ ...refused, reading: { kind: 'unreachable', reason: 'refused' } })).toBe(`${stopped}refused`);
});

test('a breach is said by when it began: how long it lasts is counted beside it', () => {
  const now = dayZero + 10 * minute;
  const breach = { phase: 'pending', since: now - minute, heldMs: minute, lastBreachSlot: now } as const;
  const state = aState({
    ...breach,
    lastSlot: now,
    lastJudgedSlot: now,
    reading: { kind: 'value', value: 0.3 },
  });
  const pending = standing(known({}, { triggers: [{ trigger: aTrigger(), state }] }), now + 2000);
  expect(pending).toMatchObject({
    state: 'pending',
    lead: 'high_error_rate 30 % > 5 %',
    since: now - minute,
  });
  expect(pending.sentence).toMatch(/^high_error_rate 30 % > 5 %, since \d\d:09:00 UTC/);
});
