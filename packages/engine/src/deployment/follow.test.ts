import { type Deployment, lastKnown, type WorkloadTarget, type WorkloadWatch } from '@lastgood/domain';
import {
  aBaseline,
  aDeployment,
  aRun,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
  minute,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFollower, type Follower, type FollowerDependencies } from './follow.ts';

const key = 'main/shop/web';
let engine: TestEngine;
let follower: Follower;
let wakes = 0;

beforeEach(async () => {
  engine = createTestEngine();
  wakes = 0;
  await engine.store.services.apply(aService(), 'test', dayZero);
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  follower = followerOf();
});

function followerOf(over: Partial<FollowerDependencies> = {}): Follower {
  return createFollower({
    ...{ deployments: engine.store.deployments, watch: engine.rollout.watch, clock: engine.time.clock },
    ...{ rollout: engine.rollout, readWithinMs: 3_000 },
    ...{ passEveryMs: 15_000, judgeAllEveryMs: 5 * minute },
    onChange() {
      wakes += 1;
    },
    ...over,
  });
}

const pass = () => follower.follow(engine.forever);
const deploy = (version: string) => {
  engine.rollout.cluster.deploy(webWorkload, { app: imageOf(version) });
  engine.rollout.watch.tell([webWorkload]);
};
const latest = async () => (await engine.store.deployments.followed([key]))[0]?.latest;

it('is woken by a change and detects it at once, not at the next full pass', async () => {
  await pass();
  deploy('v2');
  expect(wakes).toBe(1);
  expect(await pass()).toMatchObject({ judged: 1, changed: 1 });
  expect(await latest()).toMatchObject({ origin: 'detected', release: 2 });
});

it('costs an idle service neither a read of a cluster nor a record of the database', async () => {
  await pass();
  await engine.time.pass(15_000);
  const followed = vi.spyOn(engine.store.deployments, 'followed');
  const toFollow = vi.spyOn(engine.store.deployments, 'toFollow');
  follower = followerOf();
  await pass();
  followed.mockClear();
  toFollow.mockClear();
  for (let n = 0; n < 60; n += 1) {
    await pass();
    await engine.time.pass(1_000);
  }
  expect(followed).not.toHaveBeenCalled();
  expect(toFollow.mock.calls.length).toBeLessThanOrEqual(4);
  expect(engine.rollout.calls()).not.toContain('read');
});

it('judges a watched deployment at every full pass, for time alone may change it', async () => {
  await pass();
  deploy('v2');
  await pass();
  await engine.time.pass(15_000);
  expect((await pass()).judged).toBe(1);
});

it('finds within minutes a change of which nobody told', async () => {
  await pass();
  engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') });
  await engine.time.pass(5 * minute);
  expect((await pass()).changed).toBe(1);
});

it('concludes nothing from what is not in sync, and looks when it is again', async () => {
  await pass();
  engine.rollout.failNext('observe', { kind: 'unreachable', reason: 'may be of the past' });
  deploy('v2');
  const { changed, states } = await pass();
  expect(changed).toBe(0);
  expect(states.get(key)).toEqual({
    kind: 'unseen',
    reasons: ['Deployment web: may be of the past'],
  });
  engine.rollout.watch.tell([webWorkload]);
  expect((await pass()).changed).toBe(1);
  expect(states.get(key)).toEqual({ kind: 'seen' });
});

it('says since when a workload is gone, and forgets that when it is back', async () => {
  await pass();
  engine.rollout.cluster.remove(webWorkload);
  engine.rollout.watch.tell([webWorkload]);
  const { states } = await pass();
  const gone = { kind: 'gone', reasons: ['Deployment web: Deployment web does not exist'], since: dayZero };
  expect(states.get(key)).toEqual(gone);
  await engine.time.pass(minute);
  await pass();
  expect(states.get(key)).toEqual(gone);
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  engine.rollout.watch.tell([webWorkload]);
  await pass();
  expect(states.get(key)).toEqual({ kind: 'seen' });
});

it('says of what is scaled to zero that it is seen and serves nothing', async () => {
  await pass();
  engine.rollout.cluster.at(webWorkload).replicas = 0;
  engine.rollout.watch.tell([webWorkload]);
  expect((await pass()).states.get(key)).toEqual({ kind: 'seen', atZero: true });
});

it('follows a service that is declared while it runs as soon as it is told', async () => {
  await pass();
  await engine.store.services.apply({ ...aService(), key: 'main/shop/api', name: 'api' }, 'test', dayZero);
  expect((await pass()).judged).toBe(0);
  follower.readServicesAgain();
  expect((await pass()).judged).toBe(1);
  expect([...(await pass()).states.keys()].sort()).toEqual(['main/shop/api', key]);
});

it('judges the others though one service cannot be judged', async () => {
  await engine.store.services.apply({ ...aService(), key: 'main/shop/api', name: 'api' }, 'test', dayZero);
  const { commit } = engine.store.deployments;
  const sick = {
    ...engine.store.deployments,
    async commit(one: Parameters<typeof commit>[0]) {
      if (one.newDeployments?.[0]?.service === 'main/shop/api') throw new Error('a sick row');
      await commit(one);
    },
  };
  follower = followerOf({ deployments: sick });
  await expect(pass()).rejects.toThrow('a sick row');
  expect(await latest()).toMatchObject({ release: 1 });
});

it('keeps what changed in mind while the database is away', async () => {
  await pass();
  const { followed } = engine.store.deployments;
  let away = true;
  const deployments = {
    ...engine.store.deployments,
    followed: async (keys?: readonly string[]) => {
      if (away) throw new Error('away');
      return followed(keys);
    },
  };
  follower = followerOf({ deployments });
  deploy('v2');
  await expect(pass()).rejects.toThrow('away');
  away = false;
  expect((await pass()).changed).toBe(1);
});

it('concludes nothing while a run is at work, and looks again when it is over', async () => {
  await pass();
  const { followed } = engine.store.deployments;
  let activeRunId: string | null = 'r1';
  const deployments = {
    ...engine.store.deployments,
    followed: async (keys?: readonly string[]) =>
      (await followed(keys)).map((one) => ({ ...one, activeRunId })),
  };
  follower = followerOf({ deployments });
  deploy('v2');
  expect(await pass()).toMatchObject({ judged: 1, changed: 0 });
  activeRunId = null;
  await engine.time.pass(15_000);
  expect(await pass()).toMatchObject({ judged: 1, changed: 1 });
});

/** A memory that goes on showing what it shows now, as a watch does that broke without a word. */
const silent = () => {
  const past = engine.rollout.watch.observe(webWorkload);
  return { ...engine.rollout.watch, observe: () => past };
};
/** A pass that has the cluster read, and the one that is woken by its answer. */
const passAfterRead = async () => {
  const woken = wakes;
  await pass();
  await vi.waitUntil(() => wakes > woken);
  return pass();
};
const reads = () => engine.rollout.calls().filter((call) => call === 'read').length;

it('reads the cluster itself for a watched deployment whose memory is old, at most every 10 s', async () => {
  await pass();
  deploy('v2');
  await pass();
  follower = followerOf({ watch: silent(), passEveryMs: 5_000 });
  const before = reads();
  for (let n = 0; n < 12; n += 1) {
    await pass();
    await engine.time.pass(5_000);
  }
  expect(reads() - before).toBeGreaterThanOrEqual(3);
  expect(reads() - before).toBeLessThanOrEqual(6);
});

it('reads the cluster itself, too, while another workload of the service is not there', async () => {
  const workloads = ['web', 'worker'].map((name) => ({ kind: 'Deployment' as const, name }));
  await engine.store.services.apply(aService({ workloads }), 'test', dayZero);
  await pass();
  deploy('v2');
  await pass();
  const watch = silent();
  const observe: WorkloadWatch['observe'] = ({ name }) =>
    name === 'web' ? watch.observe() : { kind: 'not-found', reason: 'is not there' };
  follower = followerOf({ watch: { ...watch, observe } });
  await engine.time.pass(minute);
  const before = reads();
  await pass();
  expect(reads()).toBeGreaterThan(before);
});

it('reads nothing for an idle service whose memory is old', async () => {
  await pass();
  follower = followerOf({ watch: silent(), passEveryMs: 5_000, judgeAllEveryMs: 5_000 });
  await engine.time.pass(minute);
  await pass();
  expect(reads()).toBe(0);
});

it('counts no look at a watched deployment while memory is old and the cluster does not answer', async () => {
  await pass();
  deploy('v2');
  await pass();
  const known = (await latest())?.looks;
  follower = followerOf({ watch: silent() });
  await engine.time.pass(minute);
  engine.rollout.failNext('read', { kind: 'unreachable', reason: 'no answer' });
  const { changed, states } = await passAfterRead();
  expect(changed).toBe(0);
  expect(states.get(key)).toMatchObject({ kind: 'unseen' });
  expect((await latest())?.looks).toEqual(known);
});

it('calls what memory still shows after a finished rollback no new release', async () => {
  engine = createTestEngine();
  await engine.begin();
  const lagging = silent();
  await engine.time.pass(1_000);
  await engine.commit({ newRuns: [aRun()] });
  await engine.work();
  expect(engine.run('r1').run.status).toBe('done');
  const releases = engine.store.world.deployments.size;
  follower = followerOf({ watch: lagging });
  await pass();
  await engine.time.pass(15_000);
  await pass();
  expect(engine.store.world.deployments.size).toBe(releases);
  expect(await latest()).toMatchObject({ origin: 'rollback' });
});

describe('a cluster that accepts and never answers', () => {
  const farKey = 'far/shop/web';
  let asked = 0;
  const tellFar = () => engine.rollout.watch.tell([{ ...webWorkload, cluster: 'far' }]);

  /** Release 2 of both is being watched; what is remembered of the far one is old, so that its cluster is read. */
  beforeEach(async () => {
    const far = { ...aService(), key: farKey, cluster: 'far' };
    await engine.store.services.apply(far, 'test', dayZero);
    const { watch } = engine.rollout;
    const near = (target: WorkloadTarget) => watch.observe({ ...target, cluster: 'main' });
    follower = followerOf({ watch: { ...watch, observe: near } });
    await pass();
    deploy('v2');
    tellFar();
    await pass();
    follower.stop();
    const past = near(webWorkload);
    await engine.time.pass(minute);
    asked = 0;
    follower = followerOf({
      passEveryMs: 5_000,
      watch: { ...watch, observe: (target) => (target.cluster === 'far' ? past : near(target)) },
      rollout: {
        read(target, signal) {
          if (target.cluster !== 'far') return engine.rollout.read(target, signal);
          asked += 1;
          return new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve({ kind: 'unreachable', reason: 'no answer' }));
          });
        },
      },
    });
  });

  it('delays no look at the services of another, neither in its pass nor in the next', async () => {
    const began = engine.time.now();
    await pass();
    expect(asked).toBe(1);
    deploy('v3');
    expect(await pass()).toMatchObject({ changed: 1 });
    expect(await latest()).toMatchObject({ release: 3 });
    expect(engine.time.now()).toBe(began);
  });

  it('is asked once at a time, and again only with the next full pass', async () => {
    for (let n = 0; n < 3; n += 1) await pass();
    expect(asked).toBe(1);
    wakes = 0;
    await engine.time.pass(3_000);
    expect(wakes).toBe(1);
    const { states } = await pass();
    expect(states.get(farKey)).toMatchObject({ kind: 'unseen' });
    expect(states.get(key)).toEqual({ kind: 'seen' });
    expect(asked).toBe(1);
  });

  it('makes no conclusion of an answer that is older than a change', async () => {
    await pass();
    tellFar();
    await pass();
    expect(asked).toBe(2);
  });
});

/** A rollback that is done; what it took back is watched for `putBackWatchMs`, else for as long as what serves. */
async function rolledBack(over: Partial<Deployment>, putBackWatchMs: number | null = null) {
  const service = aService();
  await engine.store.services.apply(
    { ...service, policy: { ...service.policy, putBackWatchMs } },
    'test',
    dayZero,
  );
  await pass();
  const target = { kind: 'Deployment', name: 'web' } as const;
  const good = lastKnown((await latest()) ?? null, target);
  const rollback = aBaseline({
    ...{ id: 'r1-rollback', release: 3, origin: 'rollback', previousDeploymentId: 'd2', service: key },
    ...{ startedAt: dayZero, completedAt: dayZero, watchEndsAt: dayZero + 30 * minute },
    changes: [{ kind: 'workload', target, before: aSnapshot(imageOf('v2')), after: good }],
    ...over,
  });
  const hold = {
    ...{ id: 'h1', service: key, deploymentId: 'd2', runId: 'r1', templateDigest: 'v2', reason: 'errors' },
    ...{ imageDigests: [], images: [], placedAt: dayZero, releasedAt: null, releasedBy: null },
  };
  await engine.store.deployments.commit({
    newDeployments: [aDeployment({ id: 'd2', release: 2, service: key }), rollback],
    holds: [hold],
  });
}

it('asks when nobody looked before it says that what a rollback took back was not set again', async () => {
  const [began, ended] = [dayZero + minute, dayZero + 20 * minute];
  await rolledBack({
    watchClosedAt: dayZero + 30 * minute,
    looks: { served: 119, lastAt: dayZero + 30 * minute, lastServed: true, doubt: null },
  });
  vi.spyOn(engine.store.deployments, 'absences').mockResolvedValue([{ from: began, to: ended }]);
  await engine.time.pass(31 * minute);
  await pass();
  expect(engine.events('rollback.stayed').map(({ text }) => text)).toEqual([
    expect.stringContaining('it could not be seen: from 12:01:00 UTC to 12:20:00 UTC'),
  ]);
});

it.each([
  { while: 'its own watch is on', closed: null, putBackWatchMs: null, words: '30 min' },
  { while: 'its own watch is over', closed: dayZero, putBackWatchMs: 45 * minute, words: '45 min' },
])(
  'says for how long it could not be seen when the cluster hangs in the midst, while $while',
  async (given) => {
    await rolledBack({ watchClosedAt: given.closed }, given.putBackWatchMs);
    const until = async (afterMs: number) => {
      for (; engine.time.clock.now() < dayZero + afterMs; await engine.time.pass(15_000)) await pass();
    };
    await until(10 * minute);
    const hanging = vi
      .spyOn(engine.rollout.watch, 'observe')
      .mockReturnValue({ kind: 'unreachable', reason: 'the API server hangs' });
    await until(20 * minute);
    hanging.mockRestore();
    await until(46 * minute);
    expect(engine.events('rollback.stayed').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        new RegExp(
          `the version that was taken back was not there; for 10 min( \\d+ s)? of the ${given.words} it could not be seen: from 12:09:45 UTC to 12:20:00 UTC\\.$`,
        ),
      ),
    ]);
  },
);

it('does not take what the watch remembers for a look while it hangs', async () => {
  await rolledBack({ watchClosedAt: dayZero }, 45 * minute);
  const until = async (afterMs: number) => {
    for (; engine.time.clock.now() < dayZero + afterMs; await engine.time.pass(5_000)) await pass();
  };
  await until(43 * minute);
  const memory = engine.rollout.watch.observe(webWorkload);
  if (memory.kind !== 'found') throw new Error(memory.reason);
  memory.observation.snapshot = {
    ...memory.observation.snapshot,
    observedAt: engine.time.clock.now(),
  };
  vi.spyOn(engine.rollout.watch, 'observe').mockReturnValue(memory);
  const read = vi.spyOn(engine.rollout, 'read').mockResolvedValue({ kind: 'unreachable', reason: 'hangs' });
  await until(46 * minute);
  expect(engine.events('rollback.stayed')).toEqual([]);
  read.mockRestore();
  await until(47 * minute);
  expect(engine.events('rollback.stayed').map(({ text }) => text)).toEqual([
    expect.stringMatching(/it could not be seen: from 12:4[23]:\d\d UTC to 12:45:00 UTC\.$/),
  ]);
});

it('says that nobody has put it back where it was seen all the time', async () => {
  await rolledBack({ watchClosedAt: dayZero }, 5 * minute);
  for (let n = 0; n < 30; n += 1) {
    await pass();
    await engine.time.pass(15_000);
  }
  expect(engine.events('rollback.stayed').map(({ text }) => text)).toEqual([
    'The version that was taken back was not set again for 5 min after the rollback.',
  ]);
});
