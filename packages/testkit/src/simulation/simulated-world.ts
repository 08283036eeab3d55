import {
  contractOf,
  type PodTemplate,
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
  step: Step;
  /** `run/step` */
  operation: string;
}

/** Everything that a step can touch, where everything takes its time. */
export interface SimulatedWorld extends InMemoryStepWorld {
  served: EffectFamilies & { rollout: Rollout };
  /** Objects, as `objectOf` names them, that stand as somebody else has set them: what, where a plan may be made upon it. */
  setByOthers: Map<string, unknown>;
  /** Workloads that somebody else takes to the target just now: their pods follow. */
  undosInAir: Set<string>;
  /** Of each service, by name, whether release 2 gets any of its traffic. */
  servesBad: Map<string, () => boolean>;
  /** What is laid over every template of a workload that is written, whoever writes it. */
  admissions: Set<(template: PodTemplate) => PodTemplate>;
  /** Controllers of the outside: each is told of every effect that was accepted. */
  controllers: Set<(step: Step) => void>;
  /** What has been set going comes to its end some time from now. */
  soon(end: () => void): void;
}

export interface SimulatedWorldOptions {
  time: Pick<VirtualTime, 'now' | 'after'>;
  random: Random;
  say: (line: string) => void;
  taken: (effect: TakenEffect) => void;
  /** How long what was set going takes at least and at most, in milliseconds. */
  lastsMs?: readonly [number, number];
}

export function createSimulatedWorld(options: SimulatedWorldOptions): SimulatedWorld {
  const { time, random, say, taken, lastsMs = [200, 8_000] } = options;
  const inMemory = createInMemoryStepWorld([], time.now);
  const { ports, rollout, receivers, state } = inMemory;
  const soon = (end: () => void) => void time.after(random.between(...lastsMs), end);
  const controllers: SimulatedWorld['controllers'] = new Set();
  const admissions: SimulatedWorld['admissions'] = new Set();
  rollout.cluster.admit((template) => [...admissions].reduce((made, admit) => admit(made), template));
  const settleWorking = () => {
    for (const end of receivers.working.splice(0)) soon(end);
  };

  /** What an effect has set going comes to its end some seconds later, every part of it in its own time. */
  const lasting = <K extends StepKind>(effect: StepEffect<K>): StepEffect<K> => ({
    async observe(...given) {
      const observed = await effect.observe(...given);
      // Whoever asks is told while he is looked at.
      settleWorking();
      return observed;
    },
    async apply(step, seen, operation, signal) {
      const result = await effect.apply(step, seen, operation, signal);
      say(`${operation.key} ${step.kind} ${result.kind} outside`);
      if (result.kind !== 'applied' || contractOf<K>(step).storesNothing) return result;
      const sent: Step = step;
      taken({ kind: step.kind, step: sent, operation: operation.key });
      settleWorking();
      if (sent.kind === 'start-writers') soon(() => connect(sent));
      if (sent.kind === 'set-template') soon(() => rollout.cluster.settle(sent.workload));
      for (const tell of controllers) tell(sent);
      return result;
    },
  });

  /** Writers hold a session for each pod, unless they were stopped again meanwhile. */
  function connect({ writers }: StepOf<'start-writers'>): void {
    const database = writers.flatMap(({ workload }) => databaseOf.get(workload.name) ?? [])[0];
    if (database === undefined) return;
    const held = writers.map(({ workload }) => {
      const { desired = 0, pods = 0 } = state.writers[workload.name] ?? {};
      return desired === 0 ? 0 : pods;
    });
    state.sessions[database] = held.reduce((sum, one) => sum + one, 0);
  }
  /** Of each writer that was stopped, what it writes to. */
  const databaseOf = new Map<string, string>();
  controllers.add((step) => {
    if (step.kind !== 'stop-writers' || step.database === null) return;
    for (const { workload } of step.writers) databaseOf.set(workload.name, step.database);
  });

  return {
    ...inMemory,
    setByOthers: new Map(),
    undosInAir: new Set(),
    servesBad: new Map(),
    admissions,
    controllers,
    soon,
    served: { ...onEachEffect(ports, { effect: lasting }), rollout },
  };
}
