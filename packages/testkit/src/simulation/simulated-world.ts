import {
  contractOf,
  type Rollout,
  type Step,
  type StepEffect,
  type StepKind,
  type StepOf,
} from '@lastgood/domain';
import { createInMemoryStepWorld, type InMemoryStepWorld } from '../fakes/in-memory-step-world.ts';
import type { Random } from '../random.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { type EffectFamilies, onEachEffect } from './effect-families.ts';

/** An effect that the outside has accepted: it is in the world, or on its way. */
export interface TakenEffect {
  kind: StepKind;
  /** `run/step` */
  operation: string;
}

/** Cluster, routes, flags, databases and writers, where everything takes its time. */
export interface SimulatedWorld extends InMemoryStepWorld {
  served: EffectFamilies & { rollout: Rollout };
  /** Workloads and flags, by name, that stand as somebody else has set them. */
  setByOthers: Set<string>;
  /** Workloads that somebody else takes to the target just now: their pods follow. */
  undosInAir: Set<string>;
}

export interface SimulatedWorldOptions {
  time: VirtualTime;
  random: Random;
  say: (line: string) => void;
  taken: (effect: TakenEffect) => void;
}

export function createSimulatedWorld({ time, random, say, taken }: SimulatedWorldOptions): SimulatedWorld {
  const world = createInMemoryStepWorld([], time.now);
  const { ports, rollout, receivers, state } = world;
  const soon = (end: () => void) => void time.after(random.between(200, 8_000), end);

  /** What an effect has set going comes to its end some seconds later, every part of it in its own time. */
  const lasting = <K extends StepKind>(effect: StepEffect<K>): StepEffect<K> => ({
    observe: effect.observe,
    async apply(step, seen, operation, signal) {
      const result = await effect.apply(step, seen, operation, signal);
      say(`${operation.key} ${step.kind} ${result.kind} outside`);
      if (result.kind !== 'applied' || contractOf<K>(step).storesNothing) return result;
      taken({ kind: step.kind, operation: operation.key });
      for (const end of receivers.working.splice(0)) soon(end);
      const sent: Step = step;
      if (sent.kind === 'start-writers') soon(() => connect(sent));
      if (sent.kind === 'set-template') soon(() => rollout.cluster.settle(sent.workload));
      return result;
    },
  });

  /** Writers hold a session for each pod, unless they were stopped again meanwhile. */
  function connect({ writers, database }: StepOf<'start-writers'>): void {
    if (database === null) return;
    const held = writers.map(({ workload }) => {
      const { desired = 0, pods = 0 } = state.writers[workload.name] ?? {};
      return desired === 0 ? 0 : pods;
    });
    state.sessions[database] = held.reduce((sum, one) => sum + one, 0);
  }

  return {
    ...world,
    setByOthers: new Set(),
    undosInAir: new Set(),
    served: { ...onEachEffect(ports, lasting), rollout },
  };
}
