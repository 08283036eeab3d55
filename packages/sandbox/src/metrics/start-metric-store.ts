import { createRealClock, type SandboxClock } from '../kubernetes/index.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { createQueryApi } from './query-api.ts';
import type { ScrapeTarget, TargetStatus } from './scrape-target.ts';
import { createScraper } from './scraper.ts';
import { createSeriesStore } from './series-store.ts';

export interface MetricStoreOptions {
  /** What to scrape; asked before every round. */
  targets(): readonly ScrapeTarget[];
  /** Default 2 s. */
  scrapeIntervalMs?: number;
  /** How long samples are kept. Default 1 h. */
  retentionMs?: number;
  /** How old a series' newest sample may be to count as its value. Default 5 min, as in Prometheus. */
  lookbackMs?: number;
  /** Default 8,000. */
  maxSeries?: number;
  /** The `job` label of targets that carry none. Default `sandbox`. */
  job?: string;
  /** Loopback port of the query API; 0, the default, takes a free one. */
  port?: number;
  clock?: SandboxClock;
}

export interface MetricStore {
  /** Base address of the Prometheus HTTP API. */
  url: string;
  port: number;
  /** Scrapes every target at once instead of waiting for the next round. */
  scrapeNow(): Promise<void>;
  targets(): TargetStatus[];
  size(): { series: number; samples: number };
  close(): Promise<void>;
}

const samplesPerQuery = 20_000_000;

/**
 * A metric store for the sandbox: scrapes text-format targets and answers the part of the Prometheus HTTP API that the
 * shipped triggers use. Whatever else PromQL can do is refused, never answered wrongly.
 * @throws Error when the port is taken
 */
export async function startMetricStore(options: MetricStoreOptions): Promise<MetricStore> {
  const clock = options.clock ?? createRealClock();
  const store = createSeriesStore({
    retentionMs: options.retentionMs ?? 3_600_000,
    maxSeries: options.maxSeries ?? 8_000,
  });
  const api = createQueryApi({
    store,
    lookbackMs: options.lookbackMs ?? 300_000,
    maxSamples: samplesPerQuery,
    now: clock.now,
    targets: () =>
      options.targets().map(({ labels }) => ({
        labels: { job: options.job ?? 'sandbox', ...labels },
        scrapeInterval: `${options.scrapeIntervalMs ?? 2_000}ms`,
      })),
  });
  const listening = await listenOnLoopback(api, options.port);
  const scraper = createScraper({
    targets: options.targets,
    store,
    clock,
    intervalMs: options.scrapeIntervalMs ?? 2_000,
    job: options.job ?? 'sandbox',
  });
  return {
    url: listening.url,
    port: listening.port,
    scrapeNow: scraper.scrapeNow,
    targets: scraper.status,
    size: store.size,
    async close() {
      await scraper.close();
      await listening.close();
    },
  };
}
