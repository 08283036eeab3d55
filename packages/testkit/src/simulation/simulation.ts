import type { RunCommit } from '@lastgood/domain';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { createInMemoryStore, type InMemoryStore } from '../fakes/in-memory-store.ts';
import type { RunStoreFact } from '../fakes/store/run-store.ts';
import { createRandom, type Random } from '../random.ts';
import { dayZero } from '../scenario/builders.ts';
import { createVirtualTime, type VirtualTime } from '../virtual-time.ts';
import { countHappened, type HappenedCounter } from './count-happened.ts';
import { createNetwork, type Network } from './network.ts';
import { type PlantedFault, storeFaults } from './planted-faults.ts';
import { createReferee, type Referee } from './referee/referee.ts';
import { patchesOf } from './referee/rule.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { createSimulatedWorld, type SimulatedWorld } from './simulated-world.ts';
import type { BroughtOut } from './ways/bring-out.ts';

/** Everything of one seed: what the replicas share, and who watches them. */
export interface Simulation {
  time: VirtualTime;
  random: Random;
  network: Network;
  store: InMemoryStore;
  world: SimulatedWorld;
  /** By the key of the service. */
  released: Map<string, BroughtOut>;
  metrics: ReturnType<typeof createInMemoryMetricSource>;
  referee: Referee;
  happened: HappenedCounter;
  processes: SimulatedProcess[];
  /** Told of every claim and write of a run, before it comes true. */
  listeners: Set<(fact: RunStoreFact) => void>;
  /** Wakes the loops that wait for work. */
  wake: Set<() => void>;
  planted: PlantedFault | null;
  newId: () => string;
  trace: string[];
  say: (line: string) => void;
  hasFaults: () => boolean;
}

/** Distance of the monitor's slots. */
export const intervalMs = 5_000;

/** Faults happen this long; then everything that was broken is well again and must come to rest. */
export const faultPeriodMs = 60_000;

export function createSimulation(seed: number, planted: PlantedFault | null): Simulation {
  const random = createRandom(seed);
  const time = createVirtualTime(dayZero);
  const trace: string[] = [];
  const say = (line: string) => void trace.push(`${(time.now() - dayZero).toFixed(2)} ${line}`);
  const hasFaults = () => time.now() < dayZero + faultPeriodMs;
  const databaseSkew = random.between(-60_000, 60_000);
  const processes: SimulatedProcess[] = [];
  const listeners: Simulation['listeners'] = new Set();
  const wake = new Set<() => void>();
  const released: Simulation['released'] = new Map();
  const happened = countHappened(released);
  let ids = 0;
  const world: SimulatedWorld = createSimulatedWorld({
    ...{ time, random, say },
    taken(effect) {
      happened.onEffectTaken(effect);
      referee.onEffectTaken(effect);
    },
  });
  const store: InMemoryStore = createInMemoryStore({
    now: () => time.now() + databaseSkew,
    callerNow: (id) => time.now() + (processes.find((one) => one.id === id)?.skewMs ?? 0),
    inTransaction: () =>
      new Promise((resolve) => {
        const slow = hasFaults() && random.chance(0.03);
        time.after(slow ? random.between(500, 4_000) : random.between(0.1, 3), () => resolve());
      }),
    notifiers: [{ name: 'hook', hears: 'people' }],
    planted: storeFaults(planted),
    onFact(fact) {
      const what = fact.kind === 'claimed' ? `claimed by ${fact.replica}` : `written ${saidOf(fact.commit)}`;
      say(`${fact.runId} ${what} epoch ${fact.epoch}`);
      happened.onFact(fact);
      referee.onFact(fact);
      for (const hear of listeners) hear(fact);
    },
    tellReplicas() {
      // Notifications are lost, late and doubled: the sweep is the truth.
      for (const ring of wake)
        for (let n = random.pick([0, 1, 1, 1, 2]); n > 0; n -= 1) time.after(random.between(1, 200), ring);
    },
  });
  const referee: Referee = createReferee({ store, world, released });
  return {
    ...{ time, random, store, world, released, referee, happened, processes, listeners, wake, planted },
    ...{ trace, say, hasFaults },
    network: createNetwork(time, random, hasFaults),
    metrics: createInMemoryMetricSource(),
    newId: () => `id${++ids}`,
  };
}

function saidOf(commit: RunCommit): string {
  const steps = patchesOf(commit).map((step) => `${step.ordinal}:${step.status}`);
  return `${commit.run?.status ?? ''} ${steps.join(',')}`;
}
