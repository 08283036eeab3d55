import {
  aService,
  aSnapshot,
  dayZero,
  minute,
  second,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { checksOf } from '../rollback/checks-of.ts';
import type { Plan } from '../rollback/plan.ts';
import type { CheckState } from './check.ts';
import type { Attempt } from './check-kind.ts';
import type { HttpCheck } from './checks/http.ts';
import type { VerificationCheck } from './checks/index.ts';
import type { PrometheusCheck } from './checks/prometheus.ts';
import { dueChecks, judgeAttempt } from './judge-attempt.ts';
import { startChecks } from './start-checks.ts';
import { verdictOf } from './verdict.ts';

const prometheus = (over: Partial<PrometheusCheck> = {}): PrometheusCheck => ({
  name: 'errors',
  type: 'prometheus',
  query: 'errors',
  comparator: '<=',
  expected: 0.01,
  onNoData: 'could_not_ask',
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

describe('the verdict of all checks', () => {
  const passed = play(prometheus(), [yes, yes, yes]);
  const failed = play(prometheus({ timeoutMs: 0 }), [no]);
  const unasked = play(prometheus({ timeoutMs: 0 }), [away]);
  const pending = play(prometheus(), [yes]);
  it.each<[string, CheckState[], object]>([
    ['all passed', [passed, passed], { kind: 'applied', note: 'all 2 checks passed' }],
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
      { kind: 'failed', reason: 'Could not be verified: errors: refused.' },
    ],
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

  it('hold a declared check of a workload to what the run sets it to, and no other', () => {
    const { kind, name } = webWorkload;
    const declared = { type: 'kubernetes', passes: 1, timeoutMs: minute, everyMs: second } as const;
    const checks: VerificationCheck[] = [
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
