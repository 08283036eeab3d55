import {
  aService,
  aSnapshot,
  aTrigger,
  dayZero,
  minute,
  second,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { checksOf } from '../rollback/checks-of.ts';
import type { Plan } from '../rollback/plan.ts';
import type { PlannedStep } from '../rollback/step.ts';
import type { CheckState } from './check.ts';
import type { Attempt } from './check-kind.ts';
import type { HttpCheck } from './checks/http.ts';
import type { ServiceCheck } from './checks/index.ts';
import type { PrometheusCheck } from './checks/prometheus.ts';
import { checkOfTrigger } from './checks/trigger.ts';
import { dueChecks, judgeAttempt } from './judge-attempt.ts';
import { startChecks } from './start-checks.ts';
import { verdictOf } from './verdict.ts';

const prometheus = (over: Partial<PrometheusCheck> = {}): PrometheusCheck => ({
  name: 'errors',
  type: 'prometheus',
  query: 'errors',
  comparator: '<=',
  expected: 0.01,
  passes: 3,
  timeoutMs: minute,
  everyMs: 10 * second,
  ...over,
});
const http: HttpCheck = {
  name: 'ready',
  type: 'http',
  url: 'http://web/ready',
  expectedStatus: 200,
  passes: 1,
  timeoutMs: minute,
  everyMs: second,
};

const yes: Attempt = { kind: 'seen', pass: true, actual: '0' };
const no: Attempt = { kind: 'seen', pass: false, actual: '0.5' };
/** Passes or fails on what a query of a minute's range answers `after` the change. */
const looking =
  (pass: boolean, rangeMs = minute) =>
  (now: number): Attempt => ({
    kind: 'seen',
    pass,
    actual: pass ? '0' : '0.5',
    age: { since: now - rangeMs, from: 'window' },
  });
const away: Attempt = { kind: 'could-not-ask', reason: 'refused' };

function play(check: PrometheusCheck, attempts: readonly Attempt[]): CheckState {
  let state = startChecks([check], dayZero)[0] as CheckState;
  for (const attempt of attempts)
    state = judgeAttempt(state, attempt, check.everyMs, state.nextAttemptAt ?? dayZero);
  return state;
}

describe('a check', () => {
  it.each<[string, Attempt[], CheckState['verdict']]>([
    ['passes three in a row', [yes, yes, yes], 'passed'],
    ['two are not enough', [yes, yes], 'pending'],
    ['a failure starts the row again', [yes, yes, no, yes, yes], 'pending'],
    ['and may still pass', [yes, no, yes, yes, yes], 'passed'],
    ['so does an unanswered attempt', [yes, yes, away, yes], 'pending'],
    ['fails when its time is over', [no, no, no, no, no, no, no], 'failed'],
    ['could not ask when the last attempt could not', [no, no, no, no, no, no, away], 'could_not_ask'],
    ['fails when it passed too few times in a row', [no, no, no, no, no, yes, yes], 'failed'],
    ['passes with the attempt at its deadline', [no, no, no, no, yes, yes, yes], 'passed'],
    ['stays what it is', [yes, yes, yes, no, no], 'passed'],
  ])('%s', (_words, attempts, verdict) => expect(play(prometheus(), attempts).verdict).toBe(verdict));

  it('says expected and actual', () => {
    expect(play(prometheus(), [no])).toMatchObject({
      actual: '0.5',
      reason: 'expected <= 0.01, got 0.5',
      attempts: 1,
    });
    expect(play(prometheus(), [yes])).toMatchObject({ reason: null, passesInARow: 1 });
    expect(play(prometheus(), [away])).toMatchObject({ reason: 'refused', actual: null });
  });

  it('is due at once, then in its own beat, and never when decided', () => {
    const [state] = startChecks([prometheus()], dayZero);
    if (!state) throw new Error('it started');
    expect(dueChecks([state], dayZero)).toHaveLength(1);
    const tried = judgeAttempt(state, yes, 10 * second, dayZero);
    expect(dueChecks([tried], dayZero + 10 * second - 1)).toEqual([]);
    expect(dueChecks([tried], dayZero + 10 * second)).toHaveLength(1);
    expect(dueChecks([play(prometheus(), [yes, yes, yes])], dayZero + minute)).toEqual([]);
  });

  it('gets its last attempt at its deadline, not after it', () => {
    const [state] = startChecks([prometheus({ timeoutMs: 15 * second })], dayZero);
    if (!state) throw new Error('it started');
    const once = judgeAttempt(state, no, 10 * second, dayZero);
    expect(judgeAttempt(once, no, 10 * second, dayZero + 10 * second).nextAttemptAt).toBe(
      dayZero + 15 * second,
    );
  });
});

describe('evidence from before the change', () => {
  const check = prometheus({ timeoutMs: 30 * second, passes: 2 });
  const watch = (attemptAt: (now: number) => Attempt, untilMs: number) => {
    let state = startChecks([check], dayZero)[0] as CheckState;
    for (let now = dayZero; now <= dayZero + untilMs; now += check.everyMs)
      state = judgeAttempt(state, attemptAt(now), check.everyMs, now);
    return state;
  };

  it('passes nothing: a query passes only once its range lies after the change', () => {
    const early = watch(looking(true), 50 * second);
    expect(early).toMatchObject({ verdict: 'pending', passesInARow: 0, actual: '0' });
    expect(early.reason).toBe(
      'does not count yet: the query looks into the past, still 10 s from before the change',
    );
    expect(watch(looking(true), 70 * second)).toMatchObject({ verdict: 'passed', reason: null });
  });

  it('fails nothing either: a query is given the time it looks back, however short its own is', () => {
    expect(watch(looking(false), 50 * second)).toMatchObject({
      verdict: 'pending',
      deadlineAt: dayZero + 100 * second,
    });
    expect(watch(looking(false), 100 * second).verdict).toBe('failed');
  });

  it.each([1, 3, 6])('leaves time for all passes although every answer takes %i s', (tookSeconds) => {
    const slow = prometheus({ timeoutMs: 30 * second, passes: 3, everyMs: 5 * second });
    let state = startChecks([slow], dayZero)[0] as CheckState;
    while (state.verdict === 'pending') {
      const at = state.nextAttemptAt ?? dayZero;
      const age = { since: at - minute, from: 'window' } as const;
      const attempt = { kind: 'seen', pass: true, actual: '0', age } as const;
      state = judgeAttempt(state, attempt, slow.everyMs, at + tookSeconds * second);
    }
    expect(state).toMatchObject({ verdict: 'passed', passesInARow: 3 });
  });

  it('from a cache passes nothing, and is not waited for', () => {
    const cached = (): Attempt => ({
      ...{ kind: 'seen', pass: true, actual: 'status 200' },
      age: { since: dayZero - 12 * minute, from: 'cache' },
    });
    expect(watch(cached, 40 * second)).toMatchObject({
      verdict: 'could_not_ask',
      reason: 'does not count: a cache answered with something 12 min from before the change',
    });
  });
});

describe('a check that finds nothing that serves', () => {
  it('says so at once: asking again proves no more', () => {
    expect(play(prometheus(), [{ kind: 'nothing-serves', reason: 'nothing serves' }])).toMatchObject({
      verdict: 'nothing_serves',
      reason: 'nothing serves',
      nextAttemptAt: null,
    });
  });
});

describe('the verdict of all checks', () => {
  const passed = play(prometheus(), [yes, yes, yes]);
  const failed = play(prometheus({ timeoutMs: 0 }), [no]);
  const unasked = play(prometheus({ timeoutMs: 0 }), [away]);
  const pending = play(prometheus(), [yes]);
  it.each<[string, CheckState[], object]>([
    ['all passed', [passed, passed], { kind: 'applied', note: 'all 2 checks passed' }],
    ['the only one passed', [passed], { kind: 'applied', note: 'the check passed' }],
    [
      'one fails while others wait',
      [pending, failed],
      { kind: 'failed', reason: expect.stringMatching(/^Verification failed: errors: expected/) },
    ],
    [
      'one waits',
      [passed, unasked, pending],
      { kind: 'waiting', until: dayZero + 10 * second, note: '1 of 3 checks passed' },
    ],
    [
      'could not ask',
      [passed, unasked],
      { kind: 'failed', reason: 'Could not be verified: errors: refused.', isUnproven: true },
    ],
    [
      'nothing serves, whatever else fails',
      [failed, { ...pending, name: 'web', verdict: 'nothing_serves', reason: 'nothing serves' }],
      {
        kind: 'failed',
        reason: 'The change is made, but nothing proves it: web: nothing serves.',
        isUnproven: true,
      },
    ],
    ['no check at all proves nothing', [], { kind: 'failed', isUnproven: true }],
  ])('%s', (_words, states, outcome) => expect(verdictOf(states)).toMatchObject(outcome));
});

describe('the checks of a run', () => {
  const { uid, templateDigest, imageDigests } = aSnapshot();
  const ref = { deploymentId: 'd1', release: 1, version: 'v1', proof: 'verified' } as const;
  const plan: Plan = {
    service: 'main/shop/web',
    strategy: 'rolling',
    from: { ...ref, release: 2 },
    target: ref,
    warnings: [],
    steps: [
      {
        step: {
          kind: 'wait-until-stable',
          workload: webWorkload,
          uid,
          templateDigest,
          imageDigests,
          releaseStuckPods: true,
          releaseOnDelete: false,
        },
        title: '',
        limits: { scheduleToStartMs: 1, startToCloseMs: 1, heartbeatMs: 1 },
        leavesBehind: '',
        expectedMs: null,
      },
    ],
  };

  it('always prove that the target serves, beside what the team declared', () => {
    expect(checksOf(aService({ checks: [http] }), plan).map(({ name }) => name)).toEqual([
      'web serves release 1',
      'ready',
    ]);
    expect(checksOf(aService(), plan)).toMatchObject([
      { type: 'kubernetes', workload: { name: 'web' }, serves: { templateDigest, imageDigests } },
    ]);
  });

  it('ask what had fired again, and no declared check takes the place of one of them', () => {
    const fired = checkOfTrigger(aTrigger(), minute);
    const [first] = plan.steps;
    if (!first) throw new Error('it has a step');
    const asked: PlannedStep = { ...first, step: { kind: 'verify', triggers: [fired] } };
    const named = [
      { ...http, name: fired.name },
      { ...http, name: 'web serves release 1' },
    ];
    const checks = checksOf(aService({ checks: named }), { ...plan, steps: [...plan.steps, asked] });
    expect(checks.map(({ name, type }) => [name, type])).toEqual([
      ['web serves release 1', 'kubernetes'],
      ['trigger high_error_rate', 'trigger'],
      ['trigger high_error_rate (declared)', 'http'],
      ['web serves release 1 (declared)', 'http'],
    ]);
  });

  it('hold a declared check of a workload to what the run sets it to, and no other', () => {
    const { kind, name } = webWorkload;
    const declared = { type: 'kubernetes', passes: 1, timeoutMs: minute, everyMs: second } as const;
    const checks: ServiceCheck[] = [
      { ...declared, name: 'mine', workload: { kind, name } },
      { ...declared, name: 'another kind', workload: { kind: 'StatefulSet', name } },
    ];
    expect(checksOf(aService({ checks }), plan).slice(1)).toEqual([
      { ...checks[0], serves: { templateDigest, imageDigests } },
      checks[1],
    ]);
  });

  it('hold a declared check of the same workload to the same digests, and no other', () => {
    const frame = { type: 'kubernetes' as const, passes: 1, timeoutMs: 1, everyMs: 1 };
    const checks = ['web', 'worker'].map((name) => ({
      ...frame,
      name: `${name} is up`,
      workload: { kind: 'Deployment' as const, name },
    }));
    const serves = { templateDigest, imageDigests };
    expect(checksOf(aService({ checks }), plan)).toMatchObject([
      { name: 'web serves release 1', serves },
      { name: 'web is up', serves },
      { name: 'worker is up' },
    ]);
    expect(checksOf(aService({ checks }), plan)[2]).not.toHaveProperty('serves');
  });
});
