import { aMember, aPlan, aRun, aStep } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
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

  it('the run is over with the last of them', () => {
    const run = group([[], []], [{}, { status: 'stopped', stop }]);
    expect(concludeLane(run, 0, failed, 5).run).toMatchObject({
      status: 'stopped',
      stop: { endState: '0 of 2 services are back. Half.' },
    });
  });
});
