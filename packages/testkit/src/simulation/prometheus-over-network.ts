import type { MetricSource } from '@lastgood/domain';
import { ConnectionLost, type Network, type NetworkTarget } from './network.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const prometheus: NetworkTarget = { name: 'Prometheus', latencyMs: 20, slowMs: 8_000, lossiness: 0.03 };

/** The metric source as a process reaches it: what is lost is *unreachable*. */
export function prometheusOverNetwork(
  process: SimulatedProcess,
  network: Network,
  metrics: MetricSource,
): MetricSource {
  return {
    ...metrics,
    async read(questions, at, signal) {
      try {
        return await network.call(process, prometheus, () => metrics.read(questions, at, signal));
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        return questions.map(({ template }) => ({
          reading: { kind: 'unreachable', reason: error.message },
          query: template,
          at,
          answerDigest: null,
          tookMs: 0,
          looksBackMs: 0,
        }));
      }
    },
  };
}
