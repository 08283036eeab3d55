import { afterEach, expect, it } from 'vitest';
import { type KubernetesSandbox, startKubernetesSandbox } from '../kubernetes/index.ts';
import { createClusterClient } from '../world/cluster-client.ts';
import { routeManifest, rulesFor } from '../world/shop/canary/route.ts';
import { serviceManifest, workloadManifest } from '../world/shop/manifests.ts';
import { createDataPlane } from './data-plane.ts';
import { startGateway } from './gateway.ts';
import { nextInTurn } from './next-in-turn.ts';

const namespace = 'shop';
const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

async function startShop() {
  const kubernetes: KubernetesSandbox = await startKubernetesSandbox({ namespaces: [namespace] });
  closing.push(kubernetes);
  const { list, onChange, clock } = kubernetes;
  const cluster = createClusterClient(kubernetes.url);
  closing.push(
    startGateway({
      ...{ namespace, list, onChange, cluster, clock },
      onError(error) {
        throw error;
      },
    }),
  );
  const pods = () =>
    list('pods', namespace).flatMap(({ metadata, ...pod }) => {
      const { podIP } = (pod as { status?: { podIP?: string } }).status ?? {};
      return podIP ? [{ pod: metadata.name, ip: podIP, url: `http://${podIP}` }] : [];
    });
  const dataPlane = createDataPlane({ namespace, list, onChange, pods });
  const bring = (name: string, replicas: number, labels: Record<string, string>) =>
    cluster.create(
      workloadManifest({ kind: 'Deployment', name, image: `registry/${name}:v1`, replicas, labels }),
    );
  /** Requests of a hundred, by the workload whose pod gets them. */
  const split = (host: string) => {
    const found: Record<string, number> = {};
    for (let sent = 0; sent < 100; sent += 1) {
      const workload = dataPlane.pick(host)?.pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, '') ?? 'nobody';
      found[workload] = (found[workload] ?? 0) + 1;
    }
    return found;
  };
  return { cluster, bring, split };
}

it('leads all requests to the pods that the Service selects, and by another selector to others', async () => {
  const { cluster, bring, split } = await startShop();
  await cluster.create(serviceManifest('web', { app: 'web', slot: 'blue' }));
  for (const slot of ['blue', 'green']) await bring(`web-${slot}`, 2, { app: 'web', slot });
  await expect.poll(() => split('web'), { timeout: 15_000 }).toEqual({ 'web-blue': 100 });
  await cluster.merge('Service', 'web', { spec: { selector: { slot: 'green' } } });
  await expect.poll(() => split('web'), { timeout: 15_000 }).toEqual({ 'web-green': 100 });
  expect(split('web-green')).toEqual({ nobody: 100 });
});

it('splits requests of a host by the weights of its route, however many pods are behind each', async () => {
  const { cluster, bring, split } = await startShop();
  for (const [track, replicas] of [['stable', 3] as const, ['canary', 1] as const]) {
    await cluster.create(serviceManifest(`web-${track}`, { app: 'web', track }));
    await bring(`web-${track}`, replicas, { app: 'web', track });
  }
  await cluster.create(routeManifest('web', { 'web-stable': 70, 'web-canary': 30 }));
  await expect.poll(() => split('web'), { timeout: 15_000 }).toEqual({ 'web-stable': 70, 'web-canary': 30 });
  const none = { 'web-stable': 100, 'web-canary': 0 };
  await cluster.merge('HTTPRoute', 'web', { spec: { rules: rulesFor(none) } });
  expect(split('web')).toEqual({ 'web-stable': 100 });
  const isTold = async () => {
    type Told = { status?: { parents?: { conditions: { observedGeneration: number }[] }[] } };
    const route = await cluster.read<Told & { metadata: { generation: number } }>('HTTPRoute', 'web');
    const told = route?.status?.parents?.flatMap(({ conditions }) => conditions) ?? [];
    return told.map(({ observedGeneration }) => observedGeneration === route?.metadata.generation);
  };
  await expect.poll(isTold, { timeout: 15_000 }).toEqual([true, true]);
});

it('takes strict turns where shares are equal, and mixes where they are not', () => {
  const turn = (pods: { pod: string; share?: number }[], count: number) => {
    const turns = new Map<string, number>();
    return Array.from({ length: count }, () => nextInTurn(turns, pods)?.pod ?? '-').join('');
  };
  expect(turn([{ pod: 'a' }, { pod: 'b' }], 6)).toBe('ababab');
  expect(
    turn(
      [
        { pod: 'a', share: 3 },
        { pod: 'b', share: 1 },
        { pod: 'c', share: 0 },
      ],
      8,
    ),
  ).toBe('aabaaaba');
  expect(turn([{ pod: 'a', share: 0 }], 1)).toBe('-');
});
