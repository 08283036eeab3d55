import type { WeightSeen } from '@lastgood/domain';
import type { Copy } from '@lastgood/domain/rollback/contracts/copies';
import type { StagedTarget } from '@lastgood/domain/rollback/contracts/staged-traffic';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { Random } from '../../random.ts';
import { imageOf } from '../../scenario/builders.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { already, integer, type Meddling, type StepCase, type StepCases } from './step-case.ts';

const place = { cluster: 'main', namespace: 'shop' };
const whole = 100;
const called = (random: Random) => `uid-${integer(random, 1, 1_000_000)}`;
const workloadOf = (name: string): WorkloadTarget => ({ ...place, kind: 'Deployment', name });
const copyOf = (name: string): Copy => ({
  name,
  variables: { WORKLOAD: name },
  workload: workloadOf(name),
});
const split = (stable: number) => ({ stable, canary: whole - stable });

export const stageCases: Pick<StepCases, 'compare-copies' | 'reach-stage' | 'hold-stage'> = {
  'compare-copies': compareCase,
  'reach-stage': reachCase,
  'hold-stage': holdCase,
};

function compareCase(random: Random): StepCase<'compare-copies'> {
  const [to, other] = [copyOf('stable'), copyOf('canary')];
  const world = createInMemoryStepWorld([workloadOf('stable'), workloadOf('canary')]);
  const { cluster } = world.rollout;
  for (const name of ['stable', 'canary'])
    cluster.create(workloadOf(name), { app: imageOf(`v${integer(random, 1, 9)}`) });
  return {
    world,
    step: {
      ...{ kind: 'compare-copies', to, other },
      errors: { query: 'errors{w="$WORKLOAD"}', atMost: 0.05, unit: 'ratio' },
    },
    effects: 0,
    meddle: {
      act() {
        cluster.at(workloadOf('stable')).replicas = 0;
        cluster.settle(workloadOf('stable'));
      },
      words: /stable has no ready endpoint.*no traffic is led to the sicker copy/,
    },
  };
}

/** A route somewhere on its way back in stages. */
function stagedWorld(random: Random) {
  const world = createInMemoryStepWorld();
  const stages = random.pick([
    [split(25), split(50), split(75), split(100)],
    [split(10), split(100)],
    [split(50), split(60), split(100)],
  ]);
  const enough = integer(random, 1, 6);
  const route: WeightSeen = {
    ...{ uid: called(random), weights: split(0), accepted: true },
    ready: { stable: enough + integer(random, 0, 2), canary: integer(random, 1, 9) },
  };
  world.state.routes = { shop: route, bystander: structuredClone(route) };
  const target: Omit<StagedTarget, 'stage'> = {
    ...{ route: { ...place, kind: 'HTTPRoute', name: 'shop' }, uid: route.uid, rule: null },
    ...{ to: copyOf('stable'), other: copyOf('canary'), before: split(0), stages, enough },
  };
  const meddle = random.pick<Meddling>([
    { act: () => void Object.assign(route, { weights: split(61) }), words: /stable 61.*Somebody else/ },
    { act: () => void Object.assign(route, { uid: called(random) }), words: /created again/ },
  ]);
  return { world, route, target, meddle };
}

function reachCase(random: Random): StepCase<'reach-stage'> {
  const { world, route, target, meddle } = stagedWorld(random);
  const stage = integer(random, 0, target.stages.length - 1);
  const there = already(random);
  const at = there ? integer(random, stage, target.stages.length - 1) : stage - 1;
  route.weights = target.stages[at] ?? target.before;
  return { world, step: { kind: 'reach-stage', ...target, stage }, effects: there ? 0 : 1, meddle };
}

function holdCase(random: Random): StepCase<'hold-stage'> {
  const { world, route, target, meddle } = stagedWorld(random);
  const stage = integer(random, 0, target.stages.length - 2);
  const [there, hurried] = [already(random), random.chance(0.5)];
  route.weights = target.stages[there ? target.stages.length - 1 : stage] ?? target.before;
  const gate = { soakMs: 10_000, errors: null, latency: null, jumpAbove: null };
  return {
    world,
    step: { kind: 'hold-stage', ...target, stage, ...gate, ...(hurried ? { hurriedBy: 'ada' } : {}) },
    effects: hurried && !there ? 1 : 0,
    meddle: random.pick<Meddling>([
      meddle,
      {
        act: () => void Object.assign(route, { weights: target.before }),
        words: /splits its traffic as before the rollback/,
      },
    ]),
  };
}
