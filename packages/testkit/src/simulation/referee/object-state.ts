import { type StagedTarget, type Step, servesFlag } from '@lastgood/domain';
import { imageInWords } from '@lastgood/domain/workload/registry-image';
import { sameTemplate } from '@lastgood/domain/workload/same-template';
import { fakeTemplateDigest } from '../../fakes/fake-template.ts';
import { fakeConfigurationKey, fakeHeld } from '../../fakes/step-world/configurations.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { stagesAt } from './stages.ts';

/**
 * How a step's object stands in the world, looked at directly and not through a contract. `before`: as it was planned upon.
 * `under-way`: on its way to the target. `target`: there. `other`: neither. Null of a step that changes nothing.
 */
export type ObjectState = 'before' | 'under-way' | 'target' | 'other';

export function objectStateOf(step: Step, { state, rollout }: SimulatedWorld): ObjectState | null {
  switch (step.kind) {
    case 'set-template': {
      const { template } = rollout.cluster.at(step.workload);
      const digest = fakeTemplateDigest(template);
      const { imageDigests, stored = step.template } = step;
      // Somebody may name by its tag what the target names by its digest.
      if (
        digest !== step.fromDigest &&
        sameTemplate({ ...step, template: stored }, { template, templateDigest: digest, imageDigests })
      )
        return 'target';
      return between(digest, step.fromDigest, step.templateDigest);
    }
    case 'set-flag': {
      // Both name parts of what a flag serves: its switch alone, or its share.
      const { value } = state.flags[step.flag] ?? {};
      if (value === undefined) return 'other';
      if (servesFlag(value, step.to)) return 'target';
      return servesFlag(value, step.from) ? 'before' : 'other';
    }
    case 'set-weight': {
      const seen = JSON.stringify(state.routes[step.route.name]?.weights);
      const stands = between(seen, JSON.stringify(step.from), JSON.stringify(step.weights));
      return stands === 'target' && !state.routes[step.route.name]?.accepted ? 'under-way' : stands;
    }
    case 'reach-stage':
    case 'hold-stage':
      return stateOfStage(step, state);
    case 'set-config': {
      const { held } = state.configurations[fakeConfigurationKey(step.object)] ?? { held: null };
      return between(held && fakeHeld(held).digest, step.from?.digest ?? null, step.to.digest);
    }
    case 'migrate-to': {
      const seen = state.databases[step.database];
      return seen?.running ? 'under-way' : between(seen?.head, step.from, step.to);
    }
    case 'run-fix-up': {
      const last = state.fixUps[step.name]?.last;
      if (last?.state === 'running') return 'under-way';
      return last?.state === 'complete' ? 'target' : 'before';
    }
    case 'stop-writers': {
      const all = step.writers.map(({ workload }) => state.writers[workload.name]);
      if (all.every((one) => one?.pods === 0 && one.desired === 0)) return 'target';
      return all.every((one) => one?.desired === 0) ? 'under-way' : 'before';
    }
    case 'start-writers': {
      const all = step.writers.map(({ workload, replicas }) => ({
        replicas,
        ...state.writers[workload.name],
      }));
      if (all.every(({ ready = 0, replicas }) => ready >= replicas)) return 'target';
      return all.every(({ desired = 0, replicas }) => desired >= replicas) ? 'under-way' : 'before';
    }
    case 'switch-selector': {
      const { value, endpoints = {} } = state.services[step.service.name] ?? {};
      const stands = between(value, step.from, step.to);
      const led = Object.entries(endpoints).filter(([, count]) => count > 0);
      const isLed = led.length > 0 && led.every(([slot]) => slot === step.to);
      return stands === 'target' && !isLed ? 'under-way' : stands;
    }
    case 'ensure-replicas':
      return rollout.cluster.at(step.workload).replicas >= step.replicas ? 'target' : 'before';
    case 'apply-infrastructure': {
      const { version, lockedBy } = state.stacks[step.stack] ?? {};
      // Operations are named `run/step`; somebody else who holds the lock changes nothing here.
      return lockedBy?.includes('/') ? 'under-way' : between(version, step.from, step.to);
    }
    case 'ensure-commit-reverted':
      return state.branches[`${step.repository}#${step.branch}`]?.reverted ? 'target' : 'before';
    default:
      return stateOfLook(step, state);
  }
}

/** Further on is there, too; led back to how it was is *before*. */
function stateOfStage(step: StagedTarget, { routes }: SimulatedWorld['state']): ObjectState {
  const { weights = {}, accepted = false } = routes[step.route.name] ?? {};
  const at = stagesAt(step, weights);
  if (at === null) return 'other';
  if (at < step.stage) return 'before';
  return accepted ? 'target' : 'under-way';
}

/** Of steps that wait for what a controller or a registry does, and of those that tell a controller. */
function stateOfLook(step: Step, state: SimulatedWorld['state']): ObjectState | null {
  switch (step.kind) {
    case 'wait-for-sync': {
      const { revision, synced } = state.applications[step.application.name] ?? {};
      return revision === `revert-of-${step.commit}` && synced ? 'target' : 'before';
    }
    case 'wait-for-promotion': {
      const { revision, phase, healthy } = state.deliveries[step.object.name] ?? {};
      return revision !== step.revision && phase === 'promoted' && healthy ? 'target' : 'before';
    }
    case 'order-abort': {
      const { revision, phase, weight } = state.deliveries[step.object.name] ?? {};
      if (revision !== step.revision || (phase === 'aborted' && weight === 0)) return 'target';
      return phase === 'bringing-out' ? 'before' : 'other';
    }
    case 'skip-analysis': {
      // What it was told to skip, a controller forgets; what it is to look at again must stay.
      if (step.skip === true) return null;
      return state.deliveries[step.object.name]?.skipsAnalysis === step.skip ? 'target' : 'before';
    }
    case 'restore-image': {
      const { there, total } = state.images[imageInWords(step)] ?? {};
      return there === total ? 'target' : 'before';
    }
    default:
      return null;
  }
}

function between<T>(seen: T | undefined, from: T, to: T): ObjectState {
  if (seen === to) return 'target';
  return seen === from ? 'before' : 'other';
}
