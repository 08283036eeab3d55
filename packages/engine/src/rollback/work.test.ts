import { judgeCommand } from '@lastgood/domain';
import { aDeployment, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;
const open = async (...options: Parameters<typeof openRun>) => {
  engine = await openRun(...options);
};
beforeEach(() => open());

describe('a run that goes well', () => {
  it('takes the service back, verifies, and only then calls the deployment rolled back', async () => {
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed', stop: null });
    expect(engine.statuses()).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(engine.image()).toBe(
      `${imageOf('v1')}@${engine.cluster.observe(engine.cluster.at(webWorkload), 0).snapshot.imageDigests.app}`,
    );
    expect(engine.rollout.effects()).toMatchObject([{ kind: 'set-template', operation: 'r1/1' }]);
    expect(engine.deployment('d2')).toMatchObject({ status: 'rolled_back', proof: 'unproven' });
    expect(engine.deployment('r1-rollback')).toMatchObject({
      status: 'completed',
      origin: 'rollback',
      release: 3,
      watchEndsAt: expect.any(Number),
    });
    expect([...engine.store.world.holds.values()]).toMatchObject([{ images: [imageOf('v2')] }]);
  });

  it('tells the whole story in order', async () => {
    await engine.work();
    expect(engine.said()).toEqual([
      'rollback.planned',
      'rollback.step-started',
      'rollback.step-applied',
      'rollback.step-started',
      'rollback.step-applied',
      'rollback.step-started',
      'rollback.step-applied',
      'rollback.step-started',
      'rollback.step-waiting',
      'rollback.check-passed',
      'rollback.step-applied',
      'rollback.passed',
      'deployment.rolled-back',
    ]);
    expect(engine.notifications().map(({ kind, urgency }) => [kind, urgency])).toEqual([
      ['rolling_back', 'info'],
      ['rolled_back', 'info'],
    ]);
  });

  it('waits without holding anything: the lease is given back until it is looked at again', async () => {
    await open({ settles: 'by-hand' });
    await engine.work(5_000);
    expect(engine.statuses()).toEqual(['applied', 'applied', 'waiting', 'pending']);
    expect(engine.run('r1')).toMatchObject({ holder: null, leaseUntil: null });
    expect(engine.deployment('d2').status).toBe('in_progress');
    engine.cluster.settle(webWorkload);
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });

  it('sends nothing when the target runs already', async () => {
    engine.cluster.deploy(webWorkload, { app: imageOf('v1') });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
    expect(engine.rollout.effects()).toEqual([]);
  });

  it('is not begun before its instant', async () => {
    await open({ run: { startsAt: dayZero + 3_000 } });
    expect(await engine.worker.work(engine.forever)).toBe(false);
    expect(
      (
        await engine.store.commands.command(
          'r1',
          judgeCommand({ command: 'undo' }, { by: 'ada', at: dayZero }),
        )
      ).kind,
    ).toBe('done');
    await engine.time.pass(minute);
    expect(await engine.worker.work(engine.forever)).toBe(false);
    expect(engine.rollout.calls()).toEqual([]);
  });
});

describe('a newer deployment', () => {
  it('that replaced the bad version before the run got there is left alone', async () => {
    engine.cluster.deploy(webWorkload, { app: imageOf('v3') });
    await engine.commit({ newDeployments: [aDeployment({ id: 'd3' })] });
    await engine.work();
    expect(engine.run('r1').run.stop?.refusals).toMatchObject([{ code: 'third-version' }]);
    expect(engine.image()).toBe(imageOf('v3'));
  });
});
