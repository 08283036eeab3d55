import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { ReadResult } from '@lastgood/domain/workload/observation';
import type { WorkloadKind, WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchPace } from '../../../kubernetes/watch/watch-pace.ts';
import { createKubernetes } from '../kubernetes.ts';
import { openSandboxWorld, type SandboxWorld } from '../sandbox-world-harness.ts';

const pace = {
  ...watchPace,
  ...{ firstPauseMs: 50, longestPauseMs: 200, listEveryMs: 300, catchUpMs: 20, gatherMs: 20 },
  ...{ openWithinMs: 1_000, silenceMs: 5_000, listsPerSecond: 1_000 },
};

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Watched {
  world: SandboxWorld;
  watch: WorkloadWatch;
  /** Of Lastgood, newest last. */
  requests: string[];
  told: WorkloadTarget[];
  seen(workload: WorkloadTarget, what: (read: ReadResult) => boolean): Promise<ReadResult>;
}

async function openWatched(over: Partial<typeof pace> = {}, historyLength = 5_000): Promise<Watched> {
  const requests: string[] = [];
  const world = await openSandboxWorld({
    historyLength,
    async extra({ method, url, userAgent }) {
      if (userAgent.includes('lastgood')) requests.push(`${method} ${url}`);
      return undefined;
    },
  });
  const cluster = { kubeconfig: world.sandbox.kubeconfig(), requestTimeoutMs: 500 };
  const kubernetes = createKubernetes({ clusters: { main: cluster } }, Date.now, { ...pace, ...over });
  endings.push(world.close, kubernetes.close);
  const told: WorkloadTarget[] = [];
  const { watch } = kubernetes;
  watch.onChange((workloads) => told.push(...workloads));
  const seen = (workload: WorkloadTarget, what: (read: ReadResult) => boolean) =>
    vi.waitFor(() => {
      const read = watch.observe(workload);
      expect(read).toSatisfy(what);
      return read;
    }, 3_000);
  return { world, watch, requests, told, seen };
}

const observedAt = (read: ReadResult) =>
  read.kind === 'found' ? read.observation.snapshot.observedAt : Number.NaN;
const isFound = (read: ReadResult) => read.kind === 'found';
const runs = (image: string) => (read: ReadResult) =>
  read.kind === 'found' &&
  read.observation.snapshot.images.app === image &&
  read.observation.progress.complete;
const v = (version: number) => `registry.example/web:v${version}`;

/** Without the instant of the look. */
async function direct(world: SandboxWorld, workload: WorkloadTarget): Promise<ReadResult> {
  return timeless(await world.rollout.read(workload, new AbortController().signal));
}

function timeless(read: ReadResult): ReadResult {
  if (read.kind !== 'found') return read;
  const { observation } = read;
  const bare = (snapshot: WorkloadSnapshot) => ({ ...snapshot, observedAt: 0 });
  const serving = observation.serving.map((one) => ({ ...one, snapshot: bare(one.snapshot) }));
  return { ...read, observation: { ...observation, snapshot: bare(observation.snapshot), serving } };
}

describe.each(['Deployment', 'StatefulSet', 'DaemonSet'] satisfies WorkloadKind[])(
  'a %s in memory',
  (kind) => {
    it('is what a read of the API server finds, through deploys, scaling and deletion', async () => {
      const { world, watch, seen } = await openWatched();
      const workload = await world.create(kind, 'web', v(1));
      await world.create(kind, 'other', v(7));
      watch.follow([workload]);
      await seen(workload, runs(v(1)));
      expect(timeless(watch.observe(workload))).toEqual(await direct(world, workload));
      await world.deploy(workload, v(2));
      await seen(workload, runs(v(2)));
      await vi.waitFor(async () =>
        expect(timeless(watch.observe(workload))).toEqual(await direct(world, workload)),
      );
      await world.startDeploy(workload, 'registry.example/broken:v3');
      await world.advance(500);
      await vi.waitFor(async () =>
        expect(timeless(watch.observe(workload))).toEqual(await direct(world, workload)),
      );
      await world.remove(workload);
      await seen(workload, (read) => read.kind === 'not-found');
    });
  },
);

describe('watching', () => {
  it('asks three lists and three watches of a namespace, and nothing more while nothing happens', async () => {
    const { world, watch, requests, seen } = await openWatched();
    const workloads = [
      await world.create('Deployment', 'web', v(1)),
      await world.create('Deployment', 'api', v(1)),
    ];
    requests.length = 0;
    watch.follow(workloads);
    await seen(workloads[0] as WorkloadTarget, isFound);
    await seen(workloads[1] as WorkloadTarget, isFound);
    await vi.waitFor(() => expect(requests).toHaveLength(6));
    await sleep(500);
    for (let n = 0; n < 100; n += 1) for (const workload of workloads) watch.observe(workload);
    expect(requests.map((request) => request.replace(/\?(limit|watch).*/, ' $1')).sort()).toEqual(
      ['/api/v1/namespaces/shop/pods', '/apis/apps/v1/namespaces/shop/deployments']
        .concat('/apis/apps/v1/namespaces/shop/replicasets')
        .flatMap((path) => [`GET ${path} limit`, `GET ${path} watch`]),
    );
  });

  it('tells what is in memory with its age: as of the last sign of life of what it is made of', async () => {
    const { world, watch, seen } = await openWatched();
    const workload = await world.create('Deployment', 'web', v(1));
    watch.follow([workload]);
    await seen(workload, isFound);
    await sleep(300);
    const first = observedAt(watch.observe(workload));
    await sleep(300);
    expect(observedAt(watch.observe(workload))).toBe(first);
    const deployedAt = Date.now();
    await world.deploy(workload, v(2));
    await seen(workload, runs(v(2)));
    await vi.waitFor(() => expect(observedAt(watch.observe(workload))).toBeGreaterThanOrEqual(deployedAt));
  });

  it('tells of a change within a fifth of a second, of all that it touched at once', async () => {
    const { world, watch, told, seen } = await openWatched({ gatherMs: 150 });
    const workload = await world.create('Deployment', 'web', v(1));
    const other = await world.create('Deployment', 'other', v(1));
    watch.follow([workload, other]);
    await seen(workload, isFound);
    await sleep(300);
    told.length = 0;
    const from = performance.now();
    await world.startDeploy(workload, v(2));
    await vi.waitFor(() => expect(told).toEqual([workload]), { interval: 5 });
    expect(performance.now() - from).toBeLessThan(400);
    expect(watch.observe(workload)).toMatchObject({ observation: { snapshot: { images: { app: v(2) } } } });
  });

  it('follows other workloads when told so, and forgets the namespaces of those that left', async () => {
    const { world, watch, seen, requests } = await openWatched();
    const web = await world.create('Deployment', 'web', v(1));
    const data = await world.create('StatefulSet', 'data', v(1));
    watch.follow([web]);
    await seen(web, isFound);
    expect(watch.observe(data)).toMatchObject({ kind: 'unreachable' });
    watch.follow([data]);
    await seen(data, isFound);
    expect(watch.observe(web)).toMatchObject({ kind: 'unreachable' });
    requests.length = 0;
    watch.follow([]);
    await sleep(200);
    expect(requests).toEqual([]);
  });

  it('goes on from the last version when a watch ends, without another list, and misses nothing', async () => {
    const { world, watch, requests, seen } = await openWatched({ firstPauseMs: 0 });
    const workload = await world.create('Deployment', 'web', v(1));
    const cut = { match: { isWatch: true }, effect: { kind: 'cut-watch', afterEvents: 1 } } as const;
    world.sandbox.faults.add({ ...cut, times: 30 });
    requests.length = 0;
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    for (const version of [2, 3, 4]) await world.deploy(workload, v(version));
    await seen(workload, runs(v(4)));
    expect(timeless(watch.observe(workload))).toEqual(await direct(world, workload));
    expect(requests.filter((request) => request.includes('watch')).length).toBeGreaterThan(6);
    expect(requests.filter(isWholeList)).toHaveLength(3);
  });

  it('is behind while it is cut off, and lists again when its version has expired, told inside the stream', async () => {
    const { world, watch, requests, seen } = await openWatched({}, 5);
    const workload = await world.create('Deployment', 'web', v(1));
    const { faults } = world.sandbox;
    faults.add({ match: { isWatch: true }, effect: { kind: 'cut-watch', afterEvents: 1 }, times: 3 });
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    await vi.waitFor(() => expect(requests.filter((request) => request.includes('watch'))).toHaveLength(3));
    const reopened = faults.add({ match: { isWatch: true }, effect: { kind: 'refused-connection' } });
    await world.deploy(workload, v(2));
    await seen(workload, (read) => read.kind === 'unreachable' && /may be of the past/.test(read.reason));
    expect(watch.states()).toMatchObject([{ cluster: 'main', kind: 'behind' }]);
    requests.length = 0;
    reopened();
    await seen(workload, runs(v(2)));
    expect(requests.filter(isWholeList)).toHaveLength(3);
    expect(watch.states()).toEqual([{ cluster: 'main', kind: 'watched', reason: null }]);
  });
});

const isWholeList = (request: string) => request.includes('limit=') && !request.includes('labelSelector');

describe('where nothing may be watched', () => {
  it('asks one list of a namespace and kind at a slow pace, and says so', async () => {
    const { world, watch, requests, seen } = await openWatched();
    const workload = await world.create('Deployment', 'web', v(1));
    world.sandbox.faults.add({ match: { isWatch: true }, effect: { kind: 'answer', status: 403 } });
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    await vi.waitFor(() => expect(watch.states()).toMatchObject([{ kind: 'listed' }]));
    expect(watch.states()[0]?.reason).toMatch(
      /asked every .* nothing may be watched: the API server answered 403/,
    );
    await world.deploy(workload, v(2));
    await seen(workload, runs(v(2)));
    requests.length = 0;
    await sleep(1_000);
    expect(requests.filter(isWholeList).length).toBeLessThanOrEqual(12);
    expect(requests.filter((request) => request.includes('watch'))).toEqual([]);
  });

  it('tells what is in memory as of the last list', async () => {
    const { world, watch, seen } = await openWatched({ listEveryMs: 2_000 });
    const workload = await world.create('Deployment', 'web', v(1));
    world.sandbox.faults.add({ match: { isWatch: true }, effect: { kind: 'answer', status: 403 } });
    watch.follow([workload]);
    await seen(workload, isFound);
    await vi.waitFor(() => expect(watch.states()).toMatchObject([{ kind: 'listed' }]));
    await sleep(600);
    expect(Date.now() - observedAt(watch.observe(workload))).toBeGreaterThan(500);
  });

  it('is behind, not empty, when not even lists are allowed', async () => {
    const { world, watch, seen } = await openWatched();
    const workload = await world.create('Deployment', 'web', v(1));
    const refused = world.sandbox.faults.add({
      match: { userAgent: 'lastgood', path: 'replicasets' },
      effect: { kind: 'answer', status: 403 },
    });
    watch.follow([workload]);
    await seen(workload, (read) => read.kind === 'unreachable' && /403/.test(read.reason));
    refused();
    await seen(workload, runs(v(1)));
  });
});

describe('many namespaces', () => {
  it('are watched together where the right is there', async () => {
    const { world, watch, requests, seen } = await openWatched({ namespacesOneByOne: 0 });
    const workload = await world.create('Deployment', 'web', v(1));
    requests.length = 0;
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    await vi.waitFor(() => expect(requests).toHaveLength(6));
    expect(requests.filter((request) => request.includes('/namespaces/'))).toEqual([]);
    watch.follow([workload, { ...workload, namespace: 'default', name: 'late' }]);
    await seen(workload, runs(v(1)));
    await world.deploy(workload, v(2));
    await seen(workload, runs(v(2)));
  });

  it('are watched one by one where it is missing', async () => {
    const { world, watch, seen } = await openWatched({ namespacesOneByOne: 0 });
    const workload = await world.create('Deployment', 'web', v(1));
    world.sandbox.faults.add({
      match: { userAgent: 'lastgood', path: /^(?!.*\/namespaces\/)/ },
      effect: { kind: 'answer', status: 403 },
    });
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    await world.deploy(workload, v(2));
    await seen(workload, runs(v(2)));
    expect(watch.states()).toEqual([{ cluster: 'main', kind: 'watched', reason: null }]);
  });
});

describe('a cluster that accepts and never answers', () => {
  it('delays neither the looks at the workloads of another nor word of their changes', async () => {
    const mute = await startLocalServer(() => undefined);
    const world = await openSandboxWorld();
    const kubeconfig = world.sandbox.kubeconfig();
    const settings = { requestTimeoutMs: 500 };
    const kubernetes = createKubernetes(
      {
        clusters: {
          mute: { ...settings, kubeconfig: kubeconfig.replaceAll(world.sandbox.url, mute.url) },
          main: { ...settings, kubeconfig },
        },
      },
      Date.now,
      pace,
    );
    endings.push(mute.close, world.close, kubernetes.close);
    const { watch, rollout } = kubernetes;
    const workload = await world.create('Deployment', 'web', v(1));
    const lost = Array.from({ length: 200 }, (_, n) => ({ ...workload, cluster: 'mute', name: `web-${n}` }));
    const told: WorkloadTarget[] = [];
    watch.onChange((workloads) => told.push(...workloads));
    watch.follow([...lost, workload]);
    await vi.waitFor(() => expect(watch.observe(workload)).toSatisfy(runs(v(1))), 2_000);
    const from = performance.now();
    await world.startDeploy(workload, v(2));
    await vi.waitFor(() =>
      expect(watch.observe(workload)).toMatchObject({ observation: { snapshot: { images: { app: v(2) } } } }),
    );
    expect(performance.now() - from).toBeLessThan(500);
    expect(told).toContainEqual(workload);
    const unseen = { kind: 'unreachable', reason: expect.stringMatching(/no answer/) };
    await vi.waitFor(() => expect(watch.observe(lost[0] as WorkloadTarget)).toMatchObject(unseen), 2_000);
    await vi.waitFor(
      async () =>
        expect(await rollout.health('mute', new AbortController().signal)).toEqual({
          up: false,
          reason: expect.stringMatching(/gives no answer; it is asked again within \d+ s/),
        }),
      5_000,
    );
  });
});
