import { advanceTrigger } from '@lastgood/domain/trigger/advance-trigger';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import type { TriggerState } from '@lastgood/domain/trigger/trigger-state';
import { type KubernetesSandbox, startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { type MetricStore, startMetricStore } from '@lastgood/sandbox/metrics/index';
import { listPodsOverHttp, startKubeStateExporter } from '@lastgood/sandbox/services/index';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from './prometheus.ts';

const holdMs = 1_500;
const timing = {
  rateWindow: '2s',
  restartWindow: '2s',
  burnWindow: '2s',
  readyWithin: '1500ms',
  holdScale: 1,
};
const triggers = shippedTriggers(timing)
  .filter(({ name }) => /^pods_.*(start|ready)$/.test(name))
  .map((trigger) => ({ ...trigger, forMs: holdMs }));

let cluster: KubernetesSandbox;
let store: MetricStore;
let prometheus: Prometheus;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  cluster = await startKubernetesSandbox({ namespaces: ['shop'] });
  const exporter = await startKubeStateExporter({ listPods: () => listPodsOverHttp(cluster.url) });
  store = await startMetricStore({ targets: () => [exporter.target], scrapeIntervalMs: 200 });
  prometheus = createPrometheus({ url: store.url });
  closing.push(
    () => prometheus.close(),
    () => store.close(),
    () => exporter.close(),
    () => cluster.close(),
  );
  await call('POST', '', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web:v1') },
  });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: `registry.example/${image}` }] },
});

async function call(method: string, path: string, body: unknown): Promise<void> {
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
  const url = `${cluster.url}/apis/apps/v1/namespaces/shop/deployments${path}`;
  const answer = await fetch(url, { method, headers: { 'content-type': type }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

const deploy = (image: string) => call('PATCH', '/web', { spec: { template: template(image) } });

/** The hash of the newest template, as Lastgood records it with a deployment. */
function newestHash(): string {
  const sets = cluster.list('replicasets', 'shop') as unknown as {
    metadata: { annotations?: Record<string, string>; labels: Record<string, string> };
  }[];
  const revision = (set: (typeof sets)[number]) =>
    Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  const [newest] = sets.toSorted((a, b) => revision(b) - revision(a));
  return newest?.metadata.labels['pod-template-hash'] ?? '';
}

/** Judges the triggers every 300 ms for this long; the names of those that fired, and every reading. */
async function watch(forMs: number): Promise<{ fired: Set<string>; kinds: Set<string> }> {
  const fired = new Set<string>();
  const kinds = new Set<string>();
  const states = new Map<string, TriggerState>();
  const variables = { SERVICE: 'web', NAMESPACE: 'shop', WORKLOAD: 'web', POD_TEMPLATE_HASH: newestHash() };
  const end = Date.now() + forMs;
  while (Date.now() < end && fired.size === 0) {
    const now = Date.now();
    const questions = triggers.map(({ query }) => ({ template: query, variables }));
    const answers = await prometheus.read(questions, now, new AbortController().signal);
    for (const [index, trigger] of triggers.entries()) {
      const reading = answers[index]?.reading ?? { kind: 'no-data' };
      kinds.add(reading.kind);
      const { state } = advanceTrigger({
        ...{ trigger, reading, before: states.get(trigger.name) ?? null, slot: now, samples: null },
        ...{ counts: true, settling: false, rules: { intervalMs: 300, outageToleranceMs: 5_000 } },
      });
      states.set(trigger.name, state);
      if (state.phase === 'firing') fired.add(trigger.name);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return { fired, kinds };
}

describe('the shipped triggers about pods, on a cluster of the sandbox', { timeout: 30_000 }, () => {
  it('are two', () =>
    expect(triggers.map(({ name }) => name)).toEqual(['pods_do_not_start', 'pods_not_ready']));

  it('fire within the hold when the image of the new version cannot be pulled', async () => {
    await watch(1_500);
    await deploy('web:bad');
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect([...(await watch(8_000)).fired]).toContain('pods_do_not_start');
  });

  it('fire when the pods of the new version run and never become ready', async () => {
    cluster.setImageBehaviour('registry.example/web:unready', 'runs-unready');
    await watch(1_500);
    await deploy('web:unready');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([...(await watch(10_000)).fired]).toEqual(['pods_not_ready']);
  });

  it('stay quiet, with real values, in a good rollout and at a scale-up', async () => {
    await watch(1_500);
    await deploy('web:v2');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const rollout = await watch(4_000);
    await call('PATCH', '/web', { spec: { replicas: 8 } });
    const scaled = await watch(4_000);
    expect([...rollout.fired, ...scaled.fired]).toEqual([]);
    expect([...scaled.kinds]).toEqual(['value']);
  });
});
