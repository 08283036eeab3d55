export { type MetricStore, startMetricStore } from './start-metric-store.ts';
