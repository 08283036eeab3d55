import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aDeployment, imageOf } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { openShop, workloadOf } from './shop-harness.ts';

/*
 * A second bad release within the watch of the rollback of the first: the rollback is not verified yet, so the target is the release
 * that was good before both. That one left the stack alone; what it was applied with is known only from what came after it.
 */
const web = workloadOf('web');
const stack = { kind: 'infrastructure', target: { stack: 'queues' } } as const;

it('a stack goes back a second time, to what it had before the first of two bad releases', async () => {
  const world = createInMemoryStepWorld();
  const { infrastructure } = world.ports;
  const shop = await openShop([{ name: 'web' }], { ports: { infrastructure } });
  const seen = () => shop.cluster.observe(shop.cluster.at(web), 0).snapshot;
  const queues = {
    ...{ lineage: 'l', version: 'c0', serial: 1, lockedBy: null, drifted: [] },
    changes: [{ address: 'queue', type: 'queue', action: 'update', keepsData: false } as const],
  };
  world.state.stacks.queues = queues;
  let previous = 'web-2';
  for (const [n, commit] of [
    [3, 'c1'],
    [4, 'c2'],
  ] as const) {
    const before = seen();
    shop.cluster.deploy(web, { app: imageOf(`v${n}`) });
    const code = {
      kind: 'workload',
      target: { kind: 'Deployment', name: 'web' },
      before,
      after: seen(),
    } as const;
    const id = `web-${n}`;
    const of = { id, service: 'main/shop/web', version: `v${n}`, previousDeploymentId: previous } as const;
    const changes = [code, { ...stack, before: 'c0', after: commit }];
    await shop.commit({ newDeployments: [aDeployment({ ...of, startedAt: shop.time.now(), changes })] });
    Object.assign(queues, { version: commit });
    expect(await shop.press(id)).toMatchObject({ kind: 'queued' });
    for (let seconds = 0; seconds < 120; seconds += 1) {
      await shop.work(1_000);
      world.settle();
    }
    const run = shop.runs().at(-1)?.run;
    expect(run).toMatchObject({ status: 'done', targetDeploymentId: 'web-1', deploymentId: id });
    expect([shop.setTo('web'), world.state.stacks.queues]).toMatchObject(['v1', { version: 'c0' }]);
    previous = `${run?.id}-rollback`;
  }
});
