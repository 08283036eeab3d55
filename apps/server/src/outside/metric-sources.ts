import { type Closable, families, vendorOf } from '@lastgood/adapters';
import type { Answer, MetricSource } from '@lastgood/domain';
import type { Configured } from '../config/config.ts';

export interface MetricSources {
  /** Asks each question at the source of its cluster. */
  metrics: MetricSource;
  /** By configured name, for health. */
  sources: { name: string; source: Closable<MetricSource> }[];
  close(): Promise<void>;
}

/** One metric source in front of all configured ones: a service is asked about where its cluster is measured. */
export function createMetricSources(configured: readonly Configured[]): MetricSources {
  const sources = configured.map((entry) => ({
    name: entry.name,
    clusters: entry.clusters,
    source: vendorOf(families.metrics, entry.kind).create(entry),
  }));
  const sourceOf = (cluster: string | undefined) => measuring(sources, cluster)?.source;
  const metrics: MetricSource = {
    lint: lintOfAny(configured),
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
export function measuring<T extends Pick<Configured, 'clusters'>>(
  sources: readonly T[],
  cluster: string | undefined,
): T | undefined {
  return (
    sources.find(({ clusters }) => cluster !== undefined && clusters?.includes(cluster)) ??
    sources.find(({ clusters }) => clusters === null)
  );
}

/**
 * What is wrong with a template at the vendor that has the least to say of it: one that can ask it is enough, for a template
 * does not say where it will be asked. Before any source is configured, at the vendor of those that name none.
 */
function lintOfAny(configured: readonly Configured[]): MetricSource['lint'] {
  const { defaultKind } = families.metrics;
  const kinds = configured.length > 0 ? new Set(configured.map(({ kind }) => kind)) : [defaultKind];
  const vendors = [...kinds].map((kind) => vendorOf(families.metrics, kind));
  return (template, knownVariables) => {
    const faults = vendors.map((vendor) => vendor.lint(template, knownVariables));
    return faults.reduce((least, each) => (each.length < least.length ? each : least));
  };
}

function unconfigured(query: string, cluster: string | undefined, at: number): Answer {
  const reason = `no metric source is configured for cluster ${cluster ?? '(unknown)'}`;
  return { reading: { kind: 'unreachable', reason }, query, at, answerDigest: null, tookMs: 0 };
}
