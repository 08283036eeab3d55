import { aBaseline, imageOf, minute } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;
const open = async (...options: Parameters<typeof openRun>) => {
  engine = await openRun(...options);
};
beforeEach(() => open());

const _digestOf = (version: string) =>
  aBaseline().changes.flatMap((change) =>
    change.kind === 'workload' && change.after?.images.app === imageOf(version)
      ? [change.after.imageDigests.app]
      : [],
  )[0];

describe('verification', () => {
  const check = {
    name: 'errors',
    type: 'prometheus',
    query: 'errors',
    comparator: '<=',
    expected: 0.01,
    passes: 2,
    timeoutMs: minute,
    everyMs: 5_000,
  } as const;
  beforeEach(() => open({ begun: { service: { checks: [check] } } }));

  it('failed: loud, not rolled back, and named with expected and actual', async () => {
    engine.answers(0.5);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      verdict: 'failed',
      stop: { ordinal: 3, reason: 'Verification failed: errors: expected <= 0.01, got 0.5.' },
    });
    expect(engine.deployment('d2').status).not.toBe('rolled_back');
    expect(engine.notifications().at(-1)).toMatchObject({
      urgency: 'page',
      text: expect.stringContaining('go further back'),
    });
  });

  it('could not ask is not failed, and not passed', async () => {
    engine.metrics.setDown('refused');
    await engine.work();
    expect(engine.run('r1').run.stop?.reason).toBe('Could not be verified: errors: could not ask: refused.');
    expect(engine.run('r1').checks.map(({ verdict }) => verdict)).toEqual(['passed', 'could_not_ask']);
  });

  it('starts anew when resumed', async () => {
    engine.metrics.setDown('refused');
    await engine.work();
    engine.metrics.setDown(null);
    await engine.resume();
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.run('r1').checks.every(({ verdict }) => verdict === 'passed')).toBe(true);
  });

  it('passes when it gets better within its time', async () => {
    let asked = 0;
    engine.metrics.answer(() => {
      asked += 1;
      return { kind: 'value', value: asked < 4 ? 0.5 : 0 };
    });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(asked).toBe(5);
  });
});
