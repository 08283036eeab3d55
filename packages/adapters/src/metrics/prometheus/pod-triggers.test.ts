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
  burnWindows: [{ rate: 14.4, longMs: 24_000, shortMs: 2_000 }],
  readyWithin: '1500ms',
  holdScale: 1,
};
type Kind = 'Deployment' | 'StatefulSet' | 'DaemonSet';
const everyKind: readonly Kind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
/** Those about pods that apply to a workload of this kind. */
const triggersOf = (kind: Kind) =>
  shippedTriggers(timing)
    .filter(({ name, workloadKinds }) => name.startsWith('pods_') && workloadKinds?.includes(kind))
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
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: `registry.example/${image}` }] },
});

async function create(kind: Kind, name = 'web'): Promise<void> {
  const sized = kind === 'DaemonSet' ? {} : { replicas: 3 };
  const named = kind === 'StatefulSet' ? { serviceName: name } : {};
  const selector = { matchLabels: { app: 'web' } };
  await call('POST', kind, '', {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name } },
    spec: { ...sized, ...named, selector, template: template('web:v1') },
  });
}

async function call(method: string, kind: Kind, path: string, body: unknown): Promise<void> {
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
  const url = `${cluster.url}/apis/apps/v1/namespaces/shop/${kind.toLowerCase()}s${path}`;
  const answer = await fetch(url, { method, headers: { 'content-type': type }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

const deploy = (kind: Kind, image: string) =>
  call('PATCH', kind, '/web', { spec: { template: template(image) } });

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
async function watch(kind: Kind, forMs: number): Promise<{ fired: Set<string>; kinds: Set<string> }> {
  const triggers = triggersOf(kind);
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
  it.each(everyKind)('are two for a %s', (kind) =>
    expect(triggersOf(kind).map(({ name }) => name.replace('_by_name', ''))).toEqual([
      'pods_do_not_start',
      'pods_not_ready',
    ]),
  );

  it.each(everyKind)('fire within the hold when the new image of a %s cannot be pulled', async (kind) => {
    await create(kind);
    await watch(kind, 1_500);
    await deploy(kind, 'web:bad');
    await new Promise((resolve) => setTimeout(resolve, 800));
    const { fired } = await watch(kind, 8_000);
    expect([...fired].map((name) => name.replace('_by_name', ''))).toContain('pods_do_not_start');
  });

  it.each(everyKind)('fire when the new pods of a %s run and never become ready', async (kind) => {
    cluster.setImageBehaviour('registry.example/web:unready', 'runs-unready');
    await create(kind);
    await watch(kind, 1_500);
    await deploy(kind, 'web:unready');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { fired } = await watch(kind, 10_000);
    expect([...fired].map((name) => name.replace('_by_name', ''))).toEqual(['pods_not_ready']);
  });

  it('stay quiet, with real values, in a good rollout and at a scale-up', async () => {
    const kind = 'Deployment';
    await create(kind);
    await watch(kind, 1_500);
    await deploy(kind, 'web:v2');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const rollout = await watch(kind, 4_000);
    await call('PATCH', kind, '/web', { spec: { replicas: 8 } });
    const scaled = await watch(kind, 4_000);
    expect([...rollout.fired, ...scaled.fired]).toEqual([]);
    expect([...scaled.kinds]).toEqual(['value']);
  });

  it('answer several workloads at once as each by itself', async () => {
    const names = ['web', 'web-api', 'shop'];
    for (const name of names) await create('StatefulSet', name);
    await deploy('StatefulSet', 'web:bad');
    const questions = triggersOf('StatefulSet').flatMap(({ query }) =>
      names.map((WORKLOAD) => ({ template: query, variables: { NAMESPACE: 'shop', WORKLOAD } })),
    );
    const alone = createPrometheus({ url: store.url, batchNames: 1 });
    closing.unshift(() => alone.close());
    const readBy = async (source: Prometheus, at: number) =>
      (await source.read(questions, at, new AbortController().signal)).map(({ reading }) => reading);
    await expect
      .poll(() => readBy(prometheus, Date.now()), { timeout: 15_000 })
      .toEqual([1, 0, 0, 0, 0, 0].map((value) => ({ kind: 'value', value })));
    const at = Date.now() - 1_000;
    expect(await readBy(prometheus, at)).toEqual(await readBy(alone, at));
  });
});
