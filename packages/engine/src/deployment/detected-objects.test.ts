import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aKeptObject } from '@lastgood/testkit/fakes/step-world/objects';
import { aService, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, it } from 'vitest';
import { createFollower, type Follower } from './follow.ts';

/* What a release that nobody registered has created beside its workloads, told from what was there before it. */
const labels = { app: 'web' };
let engine: TestEngine;
let world: ReturnType<typeof createInMemoryStepWorld>;
let follower: Follower;

const pass = () => follower.follow(engine.forever);
const put = (name: string, createdAt: number) => {
  world.state.objects[`CronJob/${name}`] = aKeptObject({ kind: 'CronJob', name, labels, createdAt });
};
const latest = async () => (await engine.store.deployments.followed([aService().key]))[0]?.latest;

function bringOut(version: string): void {
  const containers = [{ name: 'app', image: imageOf(version) }];
  const { cluster } = engine.rollout;
  cluster.write(cluster.at(webWorkload), { metadata: { labels }, spec: { containers } }, null);
  engine.rollout.watch.tell([webWorkload]);
}

beforeEach(async () => {
  engine = createTestEngine();
  world = createInMemoryStepWorld([webWorkload]);
  await engine.store.services.apply(aService(), 'test', dayZero);
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  const { rollout } = engine;
  const ports = { rollout, workloads: rollout.workloads, objects: world.ports.objects };
  follower = createFollower({
    ...{ deployments: engine.store.deployments, watch: engine.rollout.watch, clock: engine.time.clock },
    ...{
      rollout: engine.rollout,
      readWithinMs: 3_000,
      passEveryMs: 15_000,
      judgeAllEveryMs: 5 * minute,
      ports,
    },
  });
  await pass();
  put('nightly', dayZero - 60 * minute);
  await engine.time.pass(10 * minute);
});

it('is known by when it was created, for it is there already when the release is seen', async () => {
  put('backfill', engine.time.now() - 5_000);
  bringOut('v2');
  await pass();
  expect(await latest()).toMatchObject({
    origin: 'detected',
    objectsBefore: {
      ...{ kind: 'known', unread: [], since: dayZero + 9 * minute },
      objects: [{ kind: 'CronJob', name: 'nightly', uid: 'uid-nightly' }],
    },
  });
});

it('is not taken for its own what the release before it created until it was complete', async () => {
  bringOut('v2');
  engine.rollout.cluster.settle(webWorkload);
  await pass();
  await engine.time.pass(15_000);
  put('of-v2', engine.time.now() - 2_000);
  await pass();
  expect(await latest()).toMatchObject({ release: 2, status: 'completed' });
  await engine.time.pass(20_000);
  bringOut('v3');
  await pass();
  expect(await latest()).toMatchObject({
    release: 3,
    objectsBefore: { objects: [{ name: 'nightly' }, { name: 'of-v2' }] },
  });
});

it('is unknown while the release before it was on its way', async () => {
  bringOut('v2');
  await pass();
  bringOut('v3');
  await pass();
  expect(await latest()).toMatchObject({
    ...{ release: 3, origin: 'detected' },
    objectsBefore: {
      kind: 'unknown',
      reason: 'v2 (release 2) was not seen complete before it, so what was created may be of either',
    },
  });
});

it('is unknown, and delays nobody, where the cluster does not answer', async () => {
  world.receivers.unreachableFor = 1;
  bringOut('v2');
  await pass();
  expect(await latest()).toMatchObject({
    origin: 'detected',
    objectsBefore: { kind: 'unknown', reason: 'connection refused' },
  });
});
