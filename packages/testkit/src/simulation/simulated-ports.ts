import type { EffectResult, MetricSource, Rollout, RunStore, SlotStore } from '@lastgood/domain';
import type { InMemoryRollout } from '../fakes/in-memory-rollout.ts';
import type { InMemoryStore } from '../fakes/in-memory-store.ts';
import { ConnectionLost, type Network, type NetworkTarget } from './network.ts';
import type { SimulatedProcess } from './process.ts';

const database: NetworkTarget = { name: 'database', latencyMs: 4, slowMs: 1_500, lossiness: 0.01 };
const apiServer: NetworkTarget = { name: 'API server', latencyMs: 30, slowMs: 6_000, lossiness: 0.03 };
const prometheus: NetworkTarget = { name: 'Prometheus', latencyMs: 20, slowMs: 8_000, lossiness: 0.03 };

/** The run and slot stores as a process reaches them. */
export function overDatabase(process: SimulatedProcess, network: Network, store: InMemoryStore) {
  const { runs, slots, deployments } = store;
  const call = <T>(serve: () => Promise<T>) => network.call(process, database, serve);
  const runStore: RunStore = {
    claim: (...args) => call(() => runs.claim(...args)),
    renew: (...args) => call(() => runs.renew(...args)),
    commit: (...args) => call(() => runs.commit(...args)),
  };
  const slotStore: SlotStore = {
    chunks: () => call(() => slots.chunks()),
    claim: (...args) => call(() => slots.claim(...args)),
    watched: (...args) => call(() => slots.watched(...args)),
    commit: (...args) => call(() => slots.commit(...args)),
  };
  return {
    runs: runStore,
    slots: slotStore,
    deployments: {
      ...deployments,
      stepDurations: (service: string) => call(() => deployments.stepDurations(service)),
    },
    call,
  };
}

/** A cluster as a process reaches it: what is lost is *unknown* of a write and *unreachable* of a read. */
export function overApiServer(
  process: SimulatedProcess,
  network: Network,
  rollout: InMemoryRollout,
  sending: (operation: string) => void,
): Rollout {
  const ask = <T>(serve: () => Promise<T>, lost: (reason: string) => T, signal: AbortSignal): Promise<T> =>
    new Promise((resolve) => {
      const abort = () => resolve(lost('called off'));
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      network.call(process, apiServer, serve).then(
        (value) => {
          signal.removeEventListener('abort', abort);
          resolve(value);
        },
        (error: unknown) => {
          if (!(error instanceof ConnectionLost)) throw error;
          resolve(lost(error.message));
        },
      );
    });
  const unreachable = (reason: string) => ({ kind: 'unreachable' as const, reason });
  const unknown = (reason: string): EffectResult => ({ kind: 'unknown', reason });
  return {
    ...rollout,
    read: (workload, signal) => ask(() => rollout.read(workload, signal), unreachable, signal),
    imageEvidence: (workload, images, signal) =>
      ask(() => rollout.imageEvidence(workload, images, signal), unreachable, signal),
    rehearse(target, operation, signal) {
      sending(operation);
      return ask(() => rollout.rehearse(target, operation, signal), unknown, signal);
    },
    setTemplate(target, operation, signal) {
      sending(operation);
      return ask(() => rollout.setTemplate(target, operation, signal), unknown, signal);
    },
  };
}

export function overPrometheus(
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
        }));
      }
    },
  };
}
