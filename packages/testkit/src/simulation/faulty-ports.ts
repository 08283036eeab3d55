import {
  type Operation,
  onlyLooks,
  openStep,
  type RunStore,
  type SeenByKind,
  type StepEffect,
  type StepKind,
  type StepOf,
  type StepPatch,
} from '@lastgood/domain';
import { fakeConfigurationKey, fakeHeld } from '../fakes/step-world/configurations.ts';
import type { EffectFamilies } from './effect-families.ts';
import type { PlantedFault } from './planted-faults.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** The run store as a worker with the planted fault uses it. */
export function faultyRuns(planted: PlantedFault | null, runs: RunStore): RunStore {
  if (planted === 'effect-before-started') return startedLate(runs);
  if (planted === 'stop-leaves-step') return leavingStep(runs);
  if (planted === 'applied-on-answer') return appliedOnAnswer(runs);
  return runs;
}

/** The ports as a worker with the planted fault uses them. */
export function faultyPorts<P extends EffectFamilies>(
  planted: PlantedFault | null,
  ports: P,
  world: SimulatedWorld,
): P {
  const blinded = planted && blindness[planted]?.(ports, world);
  return blinded ? { ...ports, ...blinded } : ports;
}

/** What is planted into the families: what is looked at is not what is there. */
const blindness: {
  [F in PlantedFault]?: (families: EffectFamilies, world: SimulatedWorld) => Partial<EffectFamilies>;
} = {
  'blind-migration': ({ migrations }) => ({
    migrations: {
      ...migrations,
      migrateTo: seeing(migrations.migrateTo, (seen) => ({ ...seen, sessions: 0 })),
    },
  }),
  'blind-abort': ({ delivery }) => ({
    delivery: {
      ...delivery,
      orderAbort: seeing(delivery.orderAbort, (seen) => ({ ...seen, phase: 'aborted', weight: 0 })),
    },
  }),
  'any-commit-will-do': ({ git }) => ({
    git: { ...git, isUndoneIn: async () => ({ kind: 'seen', seen: true }) },
  }),
  'blind-apply': ({ infrastructure }) => ({
    infrastructure: {
      ...infrastructure,
      applyInfrastructure: seeing(infrastructure.applyInfrastructure, (seen, { to }, { key }) =>
        seen.lockedBy === key ? { ...seen, version: to, lockedBy: null } : seen,
      ),
    },
  }),
  'image-unasked': ({ registries }) => ({
    registries: {
      ...registries,
      restoreImage: seeing(registries.restoreImage, (seen, { digest }) => ({
        ...seen,
        ...{ parts: { there: 3, total: 3 }, tagged: digest },
      })),
    },
  }),
  'unfenced-traffic': (families, world) => ({
    traffic: {
      ...families.traffic,
      setWeight: unfencedWeights(families, world),
      switchSelector: unfenced(families.traffic.switchSelector, ({ service, from, to }) => {
        const found = world.state.services[service.name];
        if (found && found.value !== to) found.value = from;
      }),
    },
  }),
  'stage-taken-again': (families, world) => ({
    traffic: { ...families.traffic, setWeight: unfencedWeights(families, world) },
  }),
  // Before it has any share it would only be waited for.
  'dead-on-sight': ({ traffic }) => ({
    traffic: {
      ...traffic,
      setWeight: seeing(traffic.setWeight, (seen) =>
        seen.weights.stable ? { ...seen, ready: { ...seen.ready, stable: 0 } } : seen,
      ),
    },
  }),
  'unfenced-configuration': ({ configurations }, { state }) => ({
    configurations: {
      ...configurations,
      setConfig: unfenced(configurations.setConfig, ({ object, from, to }) => {
        const found = state.configurations[fakeConfigurationKey(object)];
        const kept = from && state.keptContents[from.digest];
        if (found?.held && kept && fakeHeld(found.held).digest !== to.digest)
          found.held = JSON.parse(Buffer.from(kept, 'base64').toString());
      }),
    },
  }),
};

/** The route is made what was planned upon. */
function unfencedWeights({ traffic: { setWeight } }: EffectFamilies, { state }: SimulatedWorld) {
  return unfenced(setWeight, ({ route, from, weights }) => {
    const found = state.routes[route.name];
    if (found && !isSame(found.weights, weights)) found.weights = { ...from };
  });
}

const begins = ({ status }: StepPatch) => status === 'started';

/** *Started* is written together with the next outcome, after the effect. */
function startedLate(runs: RunStore): RunStore {
  const heldBack = new Map<string, StepPatch[]>();
  return {
    ...runs,
    async commit(lease, commit) {
      const key = `${lease.runId}/${lease.epoch}`;
      const begun = commit.steps?.filter(begins) ?? [];
      const rest = commit.steps?.filter((step) => !begins(step)) ?? [];
      const held = heldBack.get(key) ?? [];
      heldBack.set(key, begun);
      if (begun.length > 0 && rest.length === 0) return true;
      return runs.commit(lease, { ...commit, steps: [...held, ...rest] });
    },
  };
}

/** Who takes a run that is to stop believes that the step in progress has not begun. */
function leavingStep(runs: RunStore): RunStore {
  return {
    ...runs,
    async claim(...args) {
      const claimed = await runs.claim(...args);
      if (!claimed?.run.stopAsked) return claimed;
      const open = openStep(claimed.steps);
      const steps = claimed.steps.map((step) =>
        step === open ? { ...step, status: 'pending' as const } : step,
      );
      return { ...claimed, steps };
    },
  };
}

/** A change that is still on its way is recorded as made. */
function appliedOnAnswer(runs: RunStore): RunStore {
  const changes = new Map<string, Set<number>>();
  return {
    ...runs,
    async claim(...args) {
      const claimed = await runs.claim(...args);
      if (claimed) {
        const own = claimed.steps.filter((step) => !onlyLooks(step)).map((step) => step.ordinal);
        changes.set(claimed.run.id, new Set(own));
      }
      return claimed;
    },
    commit(lease, commit) {
      const own = changes.get(lease.runId);
      const steps = (commit.steps ?? []).map((step) =>
        step.status === 'waiting' && own?.has(step.ordinal)
          ? { ...step, status: 'applied' as const, dueAt: null }
          : step,
      );
      return runs.commit(lease, { ...commit, steps });
    },
  };
}

/** Sees something else than what is there. */
function seeing<K extends StepKind>(
  effect: StepEffect<K>,
  change: (seen: SeenByKind[K], step: StepOf<K>, operation: Operation) => SeenByKind[K],
): StepEffect<K> {
  return {
    ...effect,
    async observe(step, operation, signal) {
      const observed = await effect.observe(step, operation, signal);
      return observed.kind === 'seen'
        ? { ...observed, seen: change(observed.seen, step, operation) }
        : observed;
    },
  };
}

/** Whatever stands there, it is made what was planned upon, so that no test of the outside refuses. */
function unfenced<K extends StepKind>(
  effect: StepEffect<K>,
  force: (step: StepOf<K>) => void,
): StepEffect<K> {
  return {
    async observe(step, ...given) {
      force(step);
      return effect.observe(step, ...given);
    },
    async apply(step, ...given) {
      force(step);
      return effect.apply(step, ...given);
    },
  };
}

const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);
