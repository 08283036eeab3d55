import { guardSource } from '@lastgood/adapters/metrics/guarded-source';
import { createPrometheusOver } from '@lastgood/adapters/metrics/prometheus/prometheus';
import type { QueryClient } from '@lastgood/adapters/metrics/prometheus/query-client';
import type { SlotStore } from '@lastgood/domain';
import { createMonitor, createSlotClock } from '@lastgood/engine';
import type { InMemoryStore } from '../fakes/in-memory-store.ts';
import { monitorSettings } from '../scenario/test-engine.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { type ReplicaFault, slotMs } from './fault-plan.ts';
import {
  clientWith,
  type lostCommits,
  type PlantedFault,
  settingsWith,
  slotsWith,
  sourceWith,
} from './planted-faults.ts';

/** One process of Lastgood: its monitor over the real adapter, and nothing that outlives it. */
export interface Replica {
  /** Judges the slot that its clock tells, and suffers what befalls it there. Rejects where it dies, or loses its commit. */
  tick(fault: ReplicaFault | null): Promise<void>;
  /** Goes on where it froze. */
  thaw(): void;
}

export interface ReplicaWorld {
  time: VirtualTime;
  store: InMemoryStore;
  client: QueryClient;
  planted: PlantedFault | null;
  lost: ReturnType<typeof lostCommits>;
  newId: () => string;
}

class Befallen extends Error {}

/** @param skewMs how wrong the machine's clock is at an instant: somebody sets it again and again */
export function startReplica(world: ReplicaWorld, name: string, skewMs: (at: number) => number): Replica {
  const { time, store, client, planted, lost, newId } = world;
  let fault: ReplicaFault | null = null;
  let thawed = Promise.withResolvers<void>();
  const machine = { ...time.clock, now: () => time.now() + skewMs(time.now()) };
  const clock = createSlotClock(store.slots, machine, time.now);
  const own = slotsWith(planted, lost.remembered(store.slots));
  const slots: SlotStore = {
    ...own,
    async claim(...args) {
      const claim = await own.claim(...args);
      if (claim && fault === 'dies-claimed') throw new Befallen('it died over a claimed slot');
      return claim;
    },
    async commit(claim, tripped, judge) {
      const befalls = fault;
      if (befalls === 'freezes') await thawed.promise;
      if (befalls === 'dies-judged' || befalls === 'commit-lost') {
        lost.onLost(claim.slot, tripped);
        throw new Befallen('nothing of the slot was committed');
      }
      const done = await own.commit(claim, tripped, judge);
      if (befalls === 'dies-committed' || befalls === 'reply-lost')
        throw new Befallen('the slot was committed, and nobody heard of it');
      return done;
    },
  };
  const source = guardSource(createPrometheusOver(clientWith(planted, client), {}), time.now);
  const monitor = createMonitor({
    ...{ slots, deployments: store.deployments, metrics: sourceWith(planted, source) },
    ...{ clock, newId, replica: name, settings: settingsWith(planted, monitorSettings) },
  });
  return {
    async tick(befalls) {
      fault = befalls;
      const now = await clock.compare();
      await monitor.tick(Math.floor(now / slotMs) * slotMs, new AbortController().signal);
    },
    thaw() {
      thawed.resolve();
      thawed = Promise.withResolvers();
    },
  };
}
