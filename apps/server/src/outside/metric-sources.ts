import { createPrometheus, type Prometheus } from '@lastgood/adapters/metrics/index';
import { lint } from '@lastgood/adapters/metrics/prometheus/lint';
import type { Answer, MetricSource } from '@lastgood/domain';
import type { PrometheusSource } from '../config/config.ts';

export interface MetricSources {
  /** Asks each question at the source of its cluster. */
  metrics: MetricSource;
  /** By configured name, for health. */
  sources: { name: string; source: Prometheus }[];
  close(): Promise<void>;
}

/** One metric source in front of all configured ones: a service is asked about where its cluster is measured. */
export function createMetricSources(configured: readonly PrometheusSource[]): MetricSources {
  const sources = configured.map(({ name, settings, clusters }) => ({
    name,
    clusters,
    source: createPrometheus(settings),
  }));
  const sourceOf = (cluster: string | undefined) => measuring(sources, cluster)?.source;
  const metrics: MetricSource = {
    lint,
    async health() {
      throw new Error('each source is asked for its own health');
    },
    async read(questions, at, signal) {
      const groups = Map.groupBy(questions.keys(), (index) => sourceOf(questions[index]?.variables.CLUSTER));
      const answers: Answer[] = [];
      await Promise.all(
        [...groups].map(async ([source, indexes]) => {
          const group = indexes.flatMap((index) => questions[index] ?? []);
          const read = source
            ? await source.read(group, at, signal)
            : group.map(({ template, variables }) => unconfigured(template, variables.CLUSTER, at));
          for (const [place, index] of indexes.entries()) {
            const answer = read[place];
            if (answer) answers[index] = answer;
          }
        }),
      );
      return answers;
    },
  };
  return {
    metrics,
    sources,
    async close() {
      await Promise.all(sources.map(({ source }) => source.close()));
    },
  };
}

/** The source a cluster is asked about at: the first that names it, else the first that names none. */
export function measuring<T extends Pick<PrometheusSource, 'clusters'>>(
  sources: readonly T[],
  cluster: string | undefined,
): T | undefined {
  return (
    sources.find(({ clusters }) => cluster !== undefined && clusters?.includes(cluster)) ??
    sources.find(({ clusters }) => clusters === null)
  );
}

function unconfigured(query: string, cluster: string | undefined, at: number): Answer {
  const reason = `no Prometheus is configured for cluster ${cluster ?? '(unknown)'}`;
  return { reading: { kind: 'unreachable', reason }, query, at, answerDigest: null, tookMs: 0 };
}
