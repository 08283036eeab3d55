export type { ScrapeTarget, TargetStatus } from './scrape-target.ts';
export { type MetricStore, type MetricStoreOptions, startMetricStore } from './start-metric-store.ts';
