import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { type KubernetesSandbox, startKubernetesSandbox } from '../kubernetes/index.ts';
import { type MetricStore, startMetricStore } from '../metrics/index.ts';
import { startTraffic, type Traffic } from '../traffic/index.ts';
import { createSampleServices, type SampleServices } from './create-sample-services.ts';
import { imageFor } from './image-catalog.ts';
import { type KubeStateExporter, startKubeStateExporter } from './kube-state-exporter.ts';
import { listPodsOverHttp } from './pod-view.ts';

let services: SampleServices;
let cluster: KubernetesSandbox;
let exporter: KubeStateExporter;
let store: MetricStore;
let traffic: Traffic;

afterEach(async () => {
  await traffic.close();
  await store.close();
  await exporter.close();
  await cluster.close();
});

async function startAll(): Promise<void> {
  services = createSampleServices({ startupMs: 50, graceMs: 100 });
  cluster = await startKubernetesSandbox({ runtime: services, namespaces: ['shop'], backOffScale: 0.05 });
  exporter = await startKubeStateExporter({ listPods: () => listPodsOverHttp(cluster.url) });
  store = await startMetricStore({
    targets: () => [...services.scrapeTargets(), exporter.target],
    scrapeIntervalMs: 500,
  });
  traffic = startTraffic({ targets: services.targets, requestsPerSecond: 40 });
}

async function send(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> {
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
  const response = await request(`${cluster.url}/apis/apps/v1/namespaces/shop/deployments${path}`, {
    method,
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  const text = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${response.statusCode} ${text}`);
}

const template = (image: string) => ({
  metadata: { labels: { app: 'checkout' } },
  spec: { containers: [{ name: 'app', image }] },
});

async function value(query: string): Promise<number> {
  const { body } = await request(`${store.url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const answer = (await body.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(answer.data.result[0]?.value[1] ?? Number.NaN);
}

const versions = () => [...new Set(services.targets().map((target) => target.version))];
const slow = { timeout: 20_000, interval: 200 };

it('shows a failing version, its rollback and a crash loop in the metrics', { timeout: 60_000 }, async () => {
  await startAll();
  await send('POST', '', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'checkout' } },
      template: template(imageFor('checkout', 1)),
    },
  });
  const errorRate =
    'sum(rate(http_requests_total{status=~"5..",service="checkout"}[4s])) / sum(rate(http_requests_total{service="checkout"}[4s])) or 0 * sum(rate(http_requests_total{service="checkout"}[4s]))';
  await expect.poll(() => value(errorRate), slow).toBe(0);

  await send('PATCH', '/checkout', { spec: { template: template(imageFor('checkout', 2, 'errors')) } });
  await expect.poll(() => value(errorRate), slow).toBeGreaterThan(0.2);
  await expect.poll(versions, slow).toEqual(['v2-errors']);

  await send('PATCH', '/checkout', { spec: { template: template(imageFor('checkout', 1)) } });
  await expect.poll(() => value(errorRate), slow).toBe(0);
  await expect.poll(versions, slow).toEqual(['v1']);

  await send('PATCH', '/checkout', { spec: { template: template(imageFor('checkout', 3, 'crashloop')) } });
  const restarts =
    'sum(increase(kube_pod_container_status_restarts_total{namespace="shop",pod=~"checkout-.*"}[10s]))';
  await expect.poll(() => value(restarts), slow).toBeGreaterThan(1);
});
