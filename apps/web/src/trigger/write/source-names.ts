import { given, type MetricNamesParams, metricNames } from '@lastgood/api-client';
import type { PrometheusClient } from '@prometheus-io/codemirror-promql/dist/esm/client/prometheus.js';

/** How long names are remembered: new metrics come while one writes. */
const rememberedMs = 60_000;

/** What completes a query: the names that the metric source of a cluster has, by way of the server. */
export function sourceNames(cluster: string | undefined): PrometheusClient {
  const known = new Map<string, { at: number; names: Promise<string[]> }>();
  const names = (wanted: Omit<MetricNamesParams, 'cluster'>): Promise<string[]> => {
    const key = JSON.stringify(wanted);
    const before = known.get(key);
    if (before && performance.now() - before.at < rememberedMs) return before.names;
    const asked = metricNames({ ...wanted, ...given({ cluster }) }).then(
      (answer) => answer.names,
      // Without the server one writes on, without completion.
      () => [],
    );
    known.set(key, { at: performance.now(), names: asked });
    return asked;
  };
  return {
    metricNames: () => names({ of: 'metrics' }),
    labelNames: (metric) => names({ of: 'labels', ...given({ metric: metric || undefined }) }),
    labelValues: (label, metric) => names({ of: 'values', label, ...given({ metric: metric || undefined }) }),
    series: async () => [],
    metricMetadata: async () => ({}),
    flags: async () => ({}),
  };
}
