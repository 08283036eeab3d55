import { judgeCommand } from '@lastgood/domain';
import { imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRun, type QueuedRun } from './run-harness.ts';

let engine: QueuedRun;
beforeEach(async () => {
  engine = await openRun({ settles: 'by-hand' });
});

const deploys = (version: string, options?: { hold?: boolean }) =>
  engine.cluster.deploy(webWorkload, { app: imageOf(version) }, options);

/** Somebody deploys right after the dry run was answered. */
function afterTheRehearsal(act: () => void): void {
  const { apply } = engine.workloads.rehearseTemplate;
  engine.workloads.rehearseTemplate.apply = async (...given) => {
    const result = await apply(...given);
    act();
    return result;
  };
}

describe('an undo from outside to the very target', () => {
  it('before the template was sent is recognised although it is not pinned, and the run verifies', async () => {
    afterTheRehearsal(() => deploys('v1'));
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(engine.rollout.effects()).toEqual([]);
    expect(engine.image()).toBe(imageOf('v1'));
  });

  it('after the template was sent is recognised, too', async () => {
    await engine.work(5_000);
    expect(engine.statuses()).toEqual(['applied', 'applied', 'waiting', 'pending']);
    deploys('v1');
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(engine.rollout.effects()).toHaveLength(1);
  });

  it('is none where its tag has moved: the run stops when its pods say so', async () => {
    engine.cluster.moveTag(imageOf('v1'), `sha256:${'9'.repeat(64)}`);
    afterTheRehearsal(() => deploys('v1'));
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      stop: { reason: expect.stringMatching(/its tag has moved/) },
    });
  });
});

describe('the end state says what is really set', () => {
  const endState = () => engine.run('r1').run.stop?.endState;

  it('after an undo from outside to the bad version', async () => {
    await engine.work(5_000);
    deploys('v2');
    await engine.work();
    expect(endState()).toMatch(/2 of 4 steps are done\. Deployment web is set to v2 \(release 2\) now/);
    expect(endState()).not.toMatch(/is set to v1 /);
  });

  it('after somebody put a third version there', async () => {
    await engine.work(5_000);
    deploys('v3');
    await engine.work();
    expect(endState()).toMatch(/neither v2 \(release 2\) nor v1 \(release 1\): app .*web:v3/);
  });

  it('and that it could not be read where nobody answers at the stop', async () => {
    await engine.work(5_000);
    deploys('v3');
    const { read } = engine.rollout;
    engine.rollout.read = async () => ({ kind: 'unreachable', reason: 'refused' });
    await engine.work();
    engine.rollout.read = read;
    expect(endState()).toMatch(/What Deployment web is set to now could not be read: refused/);
  });

  it('when a person stops the run, too', async () => {
    await engine.work(5_000);
    deploys('v2');
    const given = { command: 'stop', reason: null } as const;
    await engine.store.commands.command('r1', judgeCommand(given, { by: 'ada', at: engine.time.now() }));
    await engine.work();
    expect(endState()).toMatch(/Deployment web is set to v2 \(release 2\) now/);
  });
});
