import type { MetricSource, Reading } from '@lastgood/domain';
import { ConnectionLost, type Network, type NetworkTarget } from './network.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const prometheus: NetworkTarget = { name: 'Prometheus', latencyMs: 20, slowMs: 8_000, lossiness: 0.03 };

/** The metric source as a process reaches it: what is lost is *unreachable*. */
export function prometheusOverNetwork(
  process: SimulatedProcess,
  network: Network,
  metrics: MetricSource,
): MetricSource {
  const over = async <A>(ask: () => Promise<A[]>, otherwise: (reading: Reading) => A[]): Promise<A[]> => {
    try {
      return await network.call(process, prometheus, ask);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      return otherwise({ kind: 'unreachable', reason: error.message });
    }
  };
  const nothing = { answerDigest: null, tookMs: 0, looksBackMs: 0 };
  return {
    ...metrics,
    read: (questions, at, signal) =>
      over(
        () => metrics.read(questions, at, signal),
        (reading) => questions.map(({ template }) => ({ reading, query: template, at, ...nothing })),
      ),
    readSamples: (questions, at, signal) =>
      over(
        () => metrics.readSamples(questions, at, signal),
        (reading) =>
          questions.map(({ template }) => ({ reading, query: template, at, ...nothing, samples: [] })),
      ),
  };
}
