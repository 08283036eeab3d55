import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { ReadResult } from '@lastgood/domain/workload/observation';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { workloadPath } from '../../../kubernetes/resource-paths.ts';
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

const isFound = (read: ReadResult) => read.kind === 'found';
const runs = (image: string) => (read: ReadResult) =>
  read.kind === 'found' && read.observation.snapshot.images.app === image && read.observation.progress.complete;
const v = (version: number) => `registry.example/web:v${version}`;

/** Without the instant of the look. */
async function direct(world: SandboxWorld, workload: WorkloadTarget): Promise<ReadResult> {
  return timeless(await world.rollout.read(workload, new AbortController().signal));
}

function timeless(read: ReadResult): ReadResult {
  if (read.kind !== 'found') return read;
  const { observation } = read;
  return { ...read, observation: { ...observation, snapshot: { ...observation.snapshot, observedAt: 0 } } };
}

describe.each(['Deployment', 'StatefulSet', 'DaemonSet'] satisfies WorkloadKind[])('a %s in memory', (kind) => {
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
});

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

  it('goes on from the last version when a watch ends, and misses nothing', async () => {
    const { world, watch, requests, seen } = await openWatched({ firstPauseMs: 0 });
    const workload = await world.create('Deployment', 'web', v(1));
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    world.sandbox.faults.add({ match: { isWatch: true }, effect: { kind: 'cut-watch', afterEvents: 1 }, times: 6 });
    const lists = requests.filter((request) => request.includes('limit=')).length;
    for (const version of [2, 3, 4]) await world.deploy(workload, v(version));
    await seen(workload, runs(v(4)));
    expect(timeless(watch.observe(workload))).toEqual(await direct(world, workload));
    expect(requests.filter((request) => request.includes('limit=') && !request.includes('labelSelector'))).toHaveLength(
      lists,
    );
  });

  it('lists again when the version it went on from has expired, told inside the stream', async () => {
    const { world, watch, requests, seen } = await openWatched({ firstPauseMs: 20 }, 5);
    const workload = await world.create('Deployment', 'web', v(1));
    watch.follow([workload]);
    await seen(workload, runs(v(1)));
    const refuse = world.sandbox.faults.add({ match: { isWatch: true }, effect: { kind: 'refused-connection' } });
    const cut = world.sandbox.faults.add({ match: { isWatch: true }, effect: { kind: 'cut-watch', afterEvents: 1 } });
    await world.deploy(workload, v(2));
    requests.length = 0;
    await sleep(100);
    refuse();
    cut();
    await world.deploy(workload, v(3));
    await seen(workload, runs(v(3)));
    await sleep(300);
    expect(requests.filter((request) => request.includes('watch')).length).toBeLessThan(30);
  });
});
