import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPod } from '../kubernetes/index.ts';
import { ask } from '../metrics/comparison/compared-answers.ts';
import {
  hasPrometheus,
  type RealPrometheus,
  startRealPrometheus,
} from '../metrics/comparison/real-prometheus.ts';
import { type MetricStore, startMetricStore } from '../metrics/start-metric-store.ts';
import { startTraffic, type Traffic } from '../traffic/start-traffic.ts';
import { createSampleServices, type SampleServices } from './create-sample-services.ts';
import { imageFor } from './image-catalog.ts';
import { type KubeStateExporter, startKubeStateExporter } from './kube-state-exporter.ts';
import { type ServiceDiscovery, startServiceDiscovery } from './service-discovery.ts';

const installed = hasPrometheus();
if (!installed)
  process.stdout.write('skipped: no prometheus on this system to scrape the sample services with\n');

const fleet = [
  { service: 'checkout', image: imageFor('checkout', 42, 'errors'), pods: 2 },
  { service: 'cart', image: imageFor('cart', 7), pods: 2 },
  { service: 'search', image: imageFor('search', 3, 'latency'), pods: 1 },
];

describe.skipIf(!installed)(
  'the sandbox scraped by its own store and by a real Prometheus (needs prometheus)',
  () => {
    let services: SampleServices;
    let exporter: KubeStateExporter;
    let discovery: ServiceDiscovery;
    let traffic: Traffic;
    let store: MetricStore;
    let real: RealPrometheus;
    const running = new Map<string, RunningPod>();

    beforeAll(async () => {
      services = createSampleServices({ startupMs: 50 });
      for (const { service, image, pods } of fleet) {
        for (let index = 1; index <= pods; index += 1) {
          const name = `${service}-${index}`;
          const containers = [{ name: 'app', image, taggedImage: image, digest: 'sha256:0', env: {} }];
          const place = { uid: name, namespace: 'shop', node: 'node-1', ip: '10.0.0.1', restartCount: 0 };
          running.set(
            name,
            services.run({ ...place, name, labels: { app: service }, containers }, () => {}),
          );
        }
      }
      exporter = await startKubeStateExporter({
        listPods: () =>
          [...running.keys()].map((name) => ({
            ...{
              namespace: 'shop',
              name,
              uid: name,
              node: 'node-1',
              ip: '10.0.0.1',
              ready: true,
              phase: 'Running',
              deletedAt: null,
              owner: null,
            },
            containers: [{ name: 'app', restartCount: 1, waitingReason: null }],
          })),
      });
      discovery = await startServiceDiscovery({ targets: services.scrapeTargets });
      traffic = startTraffic({ targets: services.targets, requestsPerSecond: 100 });
      store = await startMetricStore({
        targets: () => [...services.scrapeTargets(), exporter.target],
        scrapeIntervalMs: 500,
      });
      real = await startRealPrometheus([
        {
          job_name: 'sandbox',
          scrape_interval: '500ms',
          http_sd_configs: [{ url: discovery.url, refresh_interval: '500ms' }],
        },
        {
          job_name: 'kube-state-metrics',
          scrape_interval: '500ms',
          honor_labels: true,
          static_configs: [{ targets: [new URL(exporter.target.url).host] }],
        },
      ]);
    });

    afterAll(async () => {
      await traffic?.close();
      await Promise.all([store?.close(), real?.close(), discovery?.close(), exporter?.close()]);
      await services?.close();
    });

    const askBoth = (query: string) => {
      const parameters = { query, time: String(Date.now() / 1000) };
      return Promise.all([store, real].map(({ url }) => ask(url, 'query', parameters)));
    };

    async function bothValues(query: string): Promise<[number, number]> {
      const [ours, theirs] = await askBoth(query);
      const read = (answer: typeof ours) => Number(answer?.rows[0]?.points[0]?.[1] ?? Number.NaN);
      return [read(ours), read(theirs)];
    }

    const seriesOf = async (query: string) => {
      const [ours, theirs] = await askBoth(query);
      const metrics = (answer: typeof ours) => answer?.rows.map((row) => row.metric) ?? [];
      return { ours: metrics(ours), theirs: metrics(theirs) };
    };

    it('sees the same series with the same labels, and the same failures', { timeout: 60_000 }, async () => {
      const names =
        'http_requests_total|http_request_duration_seconds_(bucket|sum|count)|kube_pod_.*|up|lastgood_.*';
      const query = `{__name__=~"${names}"}`;
      await expect
        .poll(
          async () => {
            const { ours, theirs } = await seriesOf(query);
            return ours.length > 100 && ours.join() === theirs.join();
          },
          { timeout: 30_000 },
        )
        .toBe(true);
      // The windows below are full once both stores have a scrape from before them.
      const before = 'count(up{namespace="shop"} offset 4s)';
      await expect.poll(() => bothValues(before), { timeout: 15_000 }).toEqual([5, 5]);

      const ratio = (service: string) =>
        `sum(rate(http_requests_total{status=~"5..",service="${service}"}[4s])) / sum(rate(http_requests_total{service="${service}"}[4s])) or 0 * sum(rate(http_requests_total{service="${service}"}[4s]))`;
      for (const value of await bothValues(ratio('checkout'))) {
        expect(value).toBeGreaterThan(0.15);
        expect(value).toBeLessThan(0.55);
      }
      expect(await bothValues(ratio('cart'))).toEqual([0, 0]);
      const p99 =
        'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="search"}[4s])))';
      for (const value of await bothValues(p99)) expect(value).toBeGreaterThan(5);
    });

    it('forgets a stopped pod as soon as Prometheus does', { timeout: 30_000 }, async () => {
      await running.get('checkout-1')?.stop();
      running.delete('checkout-1');
      const query = '{pod="checkout-1"}';
      await expect.poll(() => seriesOf(query), { timeout: 25_000 }).toEqual({ ours: [], theirs: [] });
      const { ours, theirs } = await seriesOf('up{namespace="shop"}');
      expect(ours).toHaveLength(4);
      expect(ours).toEqual(theirs);
    });
  },
);
