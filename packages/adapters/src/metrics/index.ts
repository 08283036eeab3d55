import { createPrometheus } from './prometheus/prometheus.ts';
import { prometheusSettings } from './prometheus/settings.ts';

export { createPrometheus, type Prometheus } from './prometheus/prometheus.ts';
export { type PrometheusSettings, prometheusSettings } from './prometheus/settings.ts';

/** Every kind of metric source: the schema of its settings and how one is made. */
export const metricSources = {
  prometheus: { settings: prometheusSettings, create: createPrometheus },
} as const;
