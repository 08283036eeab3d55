import type { RunStore, SlotStore } from '@lastgood/domain';
import type { InMemoryStore } from '../fakes/in-memory-store.ts';
import type { Network, NetworkTarget } from './network.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const database: NetworkTarget = { name: 'database', latencyMs: 4, slowMs: 1_500, lossiness: 0.01 };

/** The run and slot stores as a process reaches them. */
export function databaseOverNetwork(process: SimulatedProcess, network: Network, store: InMemoryStore) {
  const { runs, slots, deployments } = store;
  const call = <T>(serve: () => Promise<T>) => network.call(process, database, serve);
  const runStore: RunStore = {
    claim: (...args) => call(() => runs.claim(...args)),
    renew: (...args) => call(() => runs.renew(...args)),
    commit: (...args) => call(() => runs.commit(...args)),
  };
  const slotStore: SlotStore = {
    now: () => call(() => slots.now()),
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
      neighbours: (services: readonly string[]) => call(() => deployments.neighbours(services)),
      rollbackStandings: (services: readonly string[]) => call(() => deployments.rollbackStandings(services)),
      absences: (id: string) => call(() => deployments.absences(id)),
      judgedTriggers: (id: string) => call(() => deployments.judgedTriggers(id)),
      stepDurations: (service: string) => call(() => deployments.stepDurations(service)),
    },
    call,
  };
}
