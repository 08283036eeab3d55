import { aMember, aPlan, aRun, aStep, dayZero } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { HttpCheck } from '../verification/checks/http.ts';
import { startChecks } from '../verification/start-checks.ts';
import { laneInTurn } from './lane-in-turn.ts';
import { concludeLane, laneId, laneOf, laneOfStep, lanesOf, withChecks } from './lanes.ts';
import { nextStep } from './next-step.ts';
import type { Plan, StopCondition } from './plan.ts';
import type { Run, RunMember, RunStop, StepStatus } from './run.ts';

const ref = (release: number) => ({
  deploymentId: `d${release}`,
  release,
  version: null,
  proof: 'verified' as const,
});
const planned = aStep().planned;
const health: HttpCheck = {
  name: 'health',
  type: 'http',
  url: 'http://shop.example',
  expectedStatus: 200,
  passes: 1,
  everyMs: 1_000,
  timeoutMs: 9_000,
};
const alone = aPlan({ from: ref(2), target: ref(1), steps: [planned, planned] });
const group = (stopCondition?: StopCondition): Plan => ({
  ...alone,
  steps: [planned, planned, planned, planned],
  lanes: [
    { service: 'main/shop/web', from: ref(2), target: ref(1), steps: [0, 1] },
    { service: 'main/shop/cart', from: ref(8), target: ref(7), steps: [2, 3] },
  ],
  stopCondition,
});
const member = (lane: number, status: RunMember['status'] = 'queued') =>
  aMember({
    lane,
    service: lane === 0 ? 'main/shop/web' : 'main/shop/cart',
    deploymentId: lane === 0 ? 'd2' : 'd8',
    targetDeploymentId: lane === 0 ? 'd1' : 'd7',
    status,
  });
const running = (members: RunMember[], stopCondition?: StopCondition, over: Partial<Run> = {}) =>
  aRun({ status: 'running', plan: group(stopCondition), members, ...over });
const steps = (...statuses: StepStatus[]) =>
  statuses.map((status, ordinal) => aStep({ ordinal, lane: ordinal < 2 ? 0 : 1, status }));
const stop: RunStop = { ordinal: 1, reason: 'no', endState: 'Half.', advice: 'mend', refusals: [] };
const done = { run: { status: 'done', verdict: 'passed', finishedAt: dayZero, stop: null } } as const;
const failed = { run: { status: 'stopped', verdict: 'failed', finishedAt: dayZero, stop } } as const;

describe('a run of one service', () => {
  it('is a run of one lane', () => {
    expect(lanesOf(alone)).toEqual([
      { service: 'main/shop/web', from: ref(2), target: ref(1), steps: [0, 1] },
    ]);
    expect(laneInTurn({ plan: alone }, [])).toBe(0);
    expect(laneOf(aRun(), 0)).toEqual(aRun());
    expect(laneId(aRun())).toBe('r1');
  });

  it('is concluded as it always was', () =>
    expect(concludeLane(aRun({ status: 'running', plan: alone }), 0, done, dayZero)).toBe(done));
});

describe('a group', () => {
  it('takes its lanes one after the other', () => {
    const at = (members: RunMember[], ...statuses: StepStatus[]) => {
      const move = nextStep(running(members, 'continue-others'), steps(...statuses));
      return move.kind === 'apply' ? move.step.ordinal : move.kind;
    };
    const [first, second] = [member(0, 'running'), member(1)];
    expect(at([first, second], 'pending', 'pending', 'pending', 'pending')).toBe(0);
    expect(at([first, second], 'applied', 'pending', 'pending', 'pending')).toBe(1);
    expect(at([first, second], 'applied', 'applied', 'pending', 'pending')).toBe('finish');
    expect(at([member(0, 'done'), second], 'applied', 'applied', 'pending', 'pending')).toBe(2);
    expect(at([member(0, 'stopped'), second], 'failed', 'pending', 'pending', 'pending')).toBe(2);
    expect(at([member(0, 'done'), member(1, 'running')], 'applied', 'applied', 'applied', 'applied')).toBe(
      'finish',
    );
    expect(at([member(0, 'done'), member(1, 'done')], 'applied', 'applied', 'applied', 'applied')).toBe(
      'nothing',
    );
  });

  it('shows each member its own service, target, steps and ids', () => {
    const own = laneOf(running([member(0), member(1)]), 1);
    expect(own).toMatchObject({
      service: 'main/shop/cart',
      deploymentId: 'd8',
      targetDeploymentId: 'd7',
      lane: 1,
      goesWith: 'main/shop/web',
    });
    expect(laneOf(running([member(0), member(1)]), 0)).not.toHaveProperty('goesWith');
    expect(own.plan).toMatchObject({ service: 'main/shop/cart', from: ref(8), target: ref(7) });
    expect(own.plan?.steps).toHaveLength(2);
    expect(own.plan?.lanes).toBeUndefined();
    expect(laneId(own)).toBe('r1.1');
    expect(laneOfStep(group(), 3)).toBe(1);
  });

  it('goes on when a member is done, and is done with its last', () => {
    const members = [member(0, 'running'), member(1)];
    expect(concludeLane(running(members), 0, done, dayZero)).toEqual({
      members: [{ lane: 0, status: 'done', verdict: 'passed', stop: null, finishedAt: dayZero }],
    });
    const last = concludeLane(running([member(0, 'done'), member(1, 'running')]), 1, done, dayZero);
    expect(last.run).toEqual({ status: 'done', verdict: 'passed', finishedAt: dayZero, stop: null });
    expect(last.members).toHaveLength(1);
  });

  it('any-failure: what comes after a failed member is not begun, and says so', () => {
    const members = [member(0, 'running'), member(1)];
    const concluded = concludeLane(running(members), 0, failed, dayZero);
    expect(concluded.run).toMatchObject({
      status: 'stopped',
      verdict: 'failed',
      stop: { ordinal: 1, reason: 'no', endState: '0 of 2 services are back. Half.' },
    });
    expect(concluded.members).toMatchObject([
      { lane: 0, status: 'stopped', stop },
      { lane: 1, status: 'stopped', stop: { ordinal: null, endState: 'Nothing was changed.' } },
    ]);
  });

  it('continue-others: the rest is taken back, and the run ends as stopped', () => {
    const members = [member(0, 'running'), member(1)];
    const first = concludeLane(running(members, 'continue-others'), 0, failed, dayZero);
    expect(first.run).toBeUndefined();
    expect(first.members).toMatchObject([{ lane: 0, status: 'stopped', verdict: 'failed' }]);
    const after = [{ ...member(0, 'stopped'), stop, verdict: 'failed' as const }, member(1, 'running')];
    expect(concludeLane(running(after, 'continue-others'), 1, done, dayZero).run).toMatchObject({
      status: 'stopped',
      verdict: 'failed',
      stop: { reason: 'no', endState: '1 of 2 services are back. Half.' },
    });
  });

  it('a person who stops it stops all of it', () => {
    const stopAsked = { by: 'ada', at: dayZero, reason: null };
    const members = [member(0, 'done'), member(1, 'running'), { ...member(1), lane: 2, service: 'c' }];
    const cancelled = { run: { status: 'cancelled', finishedAt: dayZero, stop } } as const;
    const concluded = concludeLane(running(members, 'continue-others', { stopAsked }), 1, cancelled, dayZero);
    expect(concluded.run).toMatchObject({ status: 'stopped', stop: { reason: 'no' } });
    expect(concluded.members).toMatchObject([
      { lane: 1, status: 'cancelled' },
      { lane: 2, status: 'stopped' },
    ]);
  });

  it('keeps the checks of the other lanes', () => {
    const [check] = startChecks([health], dayZero);
    if (!check) throw new Error('one check was started');
    const both = withChecks([check], [{ ...check, lane: 1 }]);
    expect(both.map(({ lane }) => lane)).toEqual([undefined, 1]);
    expect(withChecks(both, [{ ...check, lane: 1, attempts: 2 }])).toHaveLength(2);
  });
});
