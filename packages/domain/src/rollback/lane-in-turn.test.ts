import {
  aBaseline,
  aDeployment,
  aMember,
  aPlan,
  aRun,
  aService,
  aStep,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { concludeStopAsked } from './conclude-run.ts';
import { laneInTurn } from './lane-in-turn.ts';
import { concludeLane } from './lanes.ts';
import { nextStep } from './next-step.ts';
import type { Run, RunMember, RunStep, RunStop } from './run.ts';

const ref = (release: number) => ({
  ...{ deploymentId: `d${release}`, release, version: null, proof: 'verified' as const },
});
const proof = aStep().planned;
const flag = {
  provider: 'unleash',
  project: 'shop',
  environment: 'production',
  flag: 'new',
  from: true,
  to: false,
};
const change: typeof proof = { ...proof, step: { kind: 'set-flag', ...flag }, title: 'Turn it off' };

/** Three services of two steps each, a change and its proof; `after` as the plan has it. */
function group(after: (number[] | undefined)[], members: Partial<RunMember>[] = []): Run {
  const lanes = after.map((first, lane) => ({
    ...{ service: `main/shop/s${lane}`, from: ref(2), target: ref(1), steps: [2 * lane, 2 * lane + 1] },
    ...(first ? { after: first } : {}),
  }));
  const plan = aPlan({ from: ref(2), target: ref(1), steps: after.flatMap(() => [change, proof]) });
  return aRun({
    status: 'running',
    plan: { ...plan, lanes, stopCondition: 'any-failure' },
    members: after.map((_first, lane) =>
      aMember({ lane, service: `main/shop/s${lane}`, status: 'running', ...members[lane] }),
    ),
  });
}

/** Of each lane its change and its proof. */
function rows(...lanes: [Partial<RunStep>, Partial<RunStep>?][]): RunStep[] {
  return lanes.flatMap(([first, second = {}], lane) => [
    aStep({ lane, ordinal: 2 * lane, planned: change, ...first }),
    aStep({ lane, ordinal: 2 * lane + 1, planned: proof, ...second }),
  ]);
}

const pending = { status: 'pending' } as const;
const applied = { status: 'applied' } as const;
const waiting = (dueAt: number) => ({ status: 'waiting', dueAt }) as const;

describe('the lane in turn', () => {
  it('is one after the other where the plan has no order', () => {
    const run = group([undefined, undefined]);
    expect(laneInTurn(run, rows([waiting(9)], [pending]))).toBe(0);
  });

  it('is another one while the first waits, where they stand in no order', () => {
    const run = group([[], [], []]);
    expect(laneInTurn(run, rows([waiting(9)], [pending], [pending]))).toBe(1);
    expect(laneInTurn(run, rows([waiting(9)], [waiting(7)], [waiting(8)]))).toBe(1);
    expect(laneInTurn(run, rows([waiting(1)], [pending], [{ status: 'started' }]))).toBe(2);
  });

  it('is no callee whose caller is not back', () => {
    const run = group([[], [0]]);
    expect(laneInTurn(run, rows([waiting(9)], [pending]))).toBe(0);
    expect(laneInTurn(run, rows([applied, pending], [pending]))).toBe(1);
  });

  it('proves nothing before everything is back', () => {
    const run = group([[], [0], []]);
    expect(laneInTurn(run, rows([applied, pending], [waiting(9)], [applied, pending]))).toBe(1);
    expect(laneInTurn(run, rows([applied, pending], [applied, pending], [applied, pending]))).toBe(0);
    expect(laneInTurn(run, rows([applied, waiting(9)], [applied, pending], [applied, pending]))).toBe(1);
  });

  it('is none once all have ended', () => {
    const ended = { status: 'done' } as const;
    expect(
      laneInTurn(group([[], []], [ended, ended]), rows([applied, applied], [applied, applied])),
    ).toBeNull();
  });
});

describe('where a member stops', () => {
  const stop: RunStop = { ordinal: 2, reason: 'no', endState: 'Half.', advice: 'mend', refusals: [] };
  const failed = { run: { status: 'stopped', verdict: null, finishedAt: 5, stop } } as const;

  it('those that have not begun never do, and those that have go on to their own stop', () => {
    const run = group([[], [], []], [{}, {}, { status: 'queued' }]);
    const concluded = concludeLane(run, 1, failed, 5);
    expect(concluded.run).toBeUndefined();
    expect(concluded.members).toMatchObject([
      { lane: 1, status: 'stopped' },
      { lane: 2, status: 'stopped', stop: { reason: 'Not begun: main/shop/s1 stopped before it.' } },
    ]);
    const after = group([[], [], []], [{}, { status: 'stopped', stop }, { status: 'stopped' }]);
    const begun = rows([waiting(9)], [{ status: 'failed' }], [pending]);
    expect(nextStep(after, begun)).toMatchObject({ kind: 'apply', step: { lane: 0 } });
    expect(nextStep(after, rows([applied, pending], [{ status: 'failed' }], [pending]))).toMatchObject({
      kind: 'stop',
      lane: 0,
    });
  });

  it('continue-others: whom it calls is not begun either, nor whom those call; the rest goes on', () => {
    const queued = { status: 'queued' } as const;
    const run = group([[], [0], [1], []], [{}, queued, queued, queued]);
    const plan = run.plan && { ...run.plan, stopCondition: 'continue-others' as const };
    const concluded = concludeLane({ ...run, plan }, 0, failed, 5);
    expect(concluded.run).toBeUndefined();
    expect(concluded.members).toMatchObject([
      { lane: 0, status: 'stopped' },
      { lane: 1, status: 'stopped', stop: { endState: 'Nothing was changed.' } },
      { lane: 2, status: 'stopped', stop: { reason: 'Not begun: main/shop/s0 stopped before it.' } },
    ]);
    const alone = group([[], [0]], [{}, queued]);
    const only = alone.plan && { ...alone.plan, stopCondition: 'continue-others' as const };
    expect(concludeLane({ ...alone, plan: only }, 0, failed, 5).run).toMatchObject({ status: 'stopped' });
  });

  it('does not advise to resume where the whole run is cancelled', () => {
    const run = group([[], [0]], [{}, { status: 'queued' }]);
    const cancelled = { run: { status: 'cancelled', finishedAt: 5, stop } } as const;
    const stopAsked = { by: 'ada', at: 5, reason: null };
    const concluded = concludeLane({ ...run, stopAsked }, 0, cancelled, 5);
    expect(concluded.run).toMatchObject({ status: 'cancelled' });
    expect(concluded.members?.[1]).toMatchObject({
      status: 'cancelled',
      stop: { advice: 'Roll back again if it is wanted after all.' },
    });
  });

  it('the run is over with the last of them', () => {
    const run = group([[], []], [{}, { status: 'stopped', stop }]);
    expect(concludeLane(run, 0, failed, 5).run).toMatchObject({
      status: 'stopped',
      stop: { endState: '0 of 2 services are back. Half.' },
    });
  });
});

describe('a member that has stopped its writers when another one stops', () => {
  const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
  const writers = { writers: [{ workload, uid: 'u1', replicas: 2 }], database: 'shop' };
  const [halts, starts] = (['stop-writers', 'start-writers'] as const).map((kind): typeof change => ({
    ...change,
    step: { kind, ...writers },
    title: kind,
  })) as [typeof change, typeof change];
  const stop: RunStop = { ordinal: 2, reason: 'no', endState: 'Half.', advice: 'mend', refusals: [] };
  const run = group([[], []], [{}, { status: 'stopped', stop }]);
  const at = (first: Partial<RunStep>, second: Partial<RunStep>, third: Partial<RunStep>) => [
    aStep({ lane: 0, ordinal: 0, planned: halts, ...first }),
    aStep({ lane: 0, ordinal: 1, planned: starts, ...second }),
    aStep({ lane: 0, ordinal: 2, planned: proof, ...third }),
  ];

  it('starts them first, and stops then', () => {
    expect(nextStep(run, at(pending, pending, pending))).toMatchObject({ kind: 'stop', lane: 0 });
    expect(nextStep(run, at(applied, pending, pending))).toMatchObject({
      kind: 'apply',
      step: { ordinal: 1 },
    });
    expect(nextStep(run, at(applied, applied, pending))).toMatchObject({
      kind: 'stop',
      step: { ordinal: 2 },
    });
  });

  it('stops at once where it failed itself or a person asks for it, and somebody is woken', () => {
    const stopAsked = { by: 'ada', at: 5, reason: null };
    const rows = at(applied, pending, pending);
    const move = nextStep({ ...run, stopAsked }, rows);
    expect(move).toMatchObject({ kind: 'stop', lane: 0, step: { ordinal: 1 } });
    const context = {
      ...{ run: { ...run, stopAsked }, steps: rows, isRecorded: true },
      ...{ service: aService(), deployment: aDeployment(), target: aBaseline() },
    };
    const urgency = (of: typeof context) =>
      concludeStopAsked(of, of.steps.at(-1) ?? null, 5).notifications?.map((one) => one.urgency);
    expect(urgency(context)).toEqual(['page']);
    expect(urgency({ ...context, steps: at(applied, applied, pending) })).toEqual(['info']);
    expect(nextStep(run, at(applied, { status: 'failed' }, pending)).kind).toBe('stop');
  });
});
