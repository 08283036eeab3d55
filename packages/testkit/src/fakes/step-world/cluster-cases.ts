import type { Bypass, ObjectTarget, TemplateTarget, WeightSeen, WorkloadTarget } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { already, integer, type Meddling, type StepCase, type StepCases } from './step-case.ts';

const imageOf = (version: string) => `registry.example/app:${version}`;

type ClusterKind =
  | 'rehearse-template'
  | 'set-template'
  | 'give-back-ownership'
  | 'wait-until-stable'
  | 'ensure-replicas'
  | 'set-weight'
  | 'switch-selector'
  | 'stop-writers'
  | 'start-writers';

const place = { cluster: 'main', namespace: 'shop' };
const objectOf = (kind: string, name: string): ObjectTarget => ({ ...place, kind, name });

export const clusterCases: Pick<StepCases, ClusterKind> = {
  'rehearse-template': (random) => {
    const { world, target, meddle } = templateWorld(random, already(random));
    return { world, step: { kind: 'rehearse-template', ...target }, effects: 0, meddle };
  },
  'set-template': (random) => {
    const there = already(random);
    const { world, target, meddle } = templateWorld(random, there);
    return { world, step: { kind: 'set-template', ...target }, effects: there ? 0 : 1, meddle };
  },
  'give-back-ownership': ownershipCase,
  'wait-until-stable': stableCase,
  'ensure-replicas': replicasCase,
  'set-weight': weightCase,
  'switch-selector': selectorCase,
  'stop-writers': (random) => {
    const there = already(random);
    const { world, targets, meddle } = writersWorld(random, there ? 'stopped' : 'running', ['replaced']);
    const step = { kind: 'stop-writers', writers: targets, database: 'shop' } as const;
    return { world, step, effects: there ? 0 : 1, meddle };
  },
  'start-writers': (random) => {
    const there = already(random);
    const { world, targets, meddle } = writersWorld(random, there ? 'running' : 'stopped', [
      'replaced',
      'scaled',
    ]);
    const step = { kind: 'start-writers', writers: targets, database: null } as const;
    return { world, step, effects: there ? 0 : 1, meddle };
  },
};

/** A workload at some bad version with some good one behind it, and another workload that is nobody's business. */
function templateWorld(random: Random, there: boolean) {
  const workload: WorkloadTarget = {
    ...place,
    kind: random.pick(['Deployment', 'StatefulSet', 'DaemonSet'] as const),
    name: random.pick(['web', 'cart', 'mail']),
  };
  const bystander: WorkloadTarget = { ...place, kind: 'Deployment', name: 'bystander' };
  const world = createInMemoryStepWorld([workload, bystander]);
  const { cluster } = world.rollout;
  cluster.create(bystander, { app: imageOf('b') });
  const [good, bad] = [integer(random, 1, 40), integer(random, 41, 80)].map((n) => imageOf(`v${n}`));
  if (!good || !bad) throw new Error('two versions are needed');
  cluster.create(workload, { app: good });
  cluster.at(workload).replicas = integer(random, 0, 9);
  const snapshot = () => cluster.observe(cluster.at(workload), 0).snapshot;
  const before = snapshot();
  cluster.deploy(workload, { app: bad }, { hold: random.chance(0.5) });
  const { uid, template, templateDigest, imageDigests } = before;
  const fromDigest = snapshot().templateDigest;
  const target: TemplateTarget = { workload, uid, fromDigest, template, templateDigest, imageDigests };
  if (there) cluster.write(cluster.at(workload), template, null);
  const meddle = random.pick<Meddling>([
    {
      act: () => cluster.deploy(workload, { app: imageOf('third') }),
      words: /third version|another version/,
    },
    {
      act() {
        cluster.remove(workload);
        cluster.create(workload, { app: bad });
      },
      words: /created again/,
    },
    { act: () => cluster.remove(workload), words: /does not exist/ },
    {
      act() {
        cluster.deploy(workload, { app: bad });
        cluster.at(workload).paused = true;
      },
      words: /paused|another version/,
    },
  ]);
  return { world, target, meddle };
}

function ownershipCase(random: Random): StepCase<'give-back-ownership'> {
  const there = already(random);
  const { world, target, meddle } = templateWorld(random, true);
  const workload = world.rollout.cluster.at(target.workload);
  workload.appliers = [{ manager: 'ci', fields: { image: 'bad' } }];
  workload.isOurs = !there;
  const { uid, templateDigest } = target;
  const managers = [{ manager: 'ci', fields: { image: 'good' } }];
  const step = {
    kind: 'give-back-ownership',
    workload: target.workload,
    uid,
    templateDigest,
    managers,
  } as const;
  return { world, step, effects: there ? 0 : 1, meddle: there ? null : meddle };
}

function stableCase(random: Random): StepCase<'wait-until-stable'> {
  const { world, target, meddle } = templateWorld(random, true);
  const workload = world.rollout.cluster.at(target.workload);
  const releaseStuckPods = random.chance(0.7);
  const { complete } = world.rollout.cluster.observe(workload, 0).progress;
  const longAgo = -60_000;
  const isStuck = target.workload.kind === 'StatefulSet' && !complete && random.chance(0.7);
  if (isStuck) world.rollout.cluster.loseReadiness(target.workload, longAgo);
  const effects = releaseStuckPods ? workload.stuck.length : 0;
  const { settle } = world;
  /** Whom nobody releases becomes ready again, late. */
  world.settle = () => {
    if (!releaseStuckPods) workload.stuck = [];
    settle();
  };
  const { uid, templateDigest, imageDigests } = target;
  return {
    world,
    step: {
      kind: 'wait-until-stable',
      workload: target.workload,
      uid,
      templateDigest,
      imageDigests,
      releaseStuckPods,
      releaseOnDelete: false,
    },
    effects,
    meddle: { ...meddle, unfenced: true },
  };
}

function replicasCase(random: Random): StepCase<'ensure-replicas'> {
  const there = already(random);
  const { world, target, meddle } = templateWorld(random, true);
  const workload = world.rollout.cluster.at(target.workload);
  const replicas = integer(random, 2, 9);
  const from = integer(random, 0, replicas - 1);
  workload.replicas = there ? replicas : from;
  const { uid } = target;
  const scaled: Meddling = {
    act: () => void Object.assign(workload, { replicas: from === 0 ? 1 : from - 1 }),
    words: /Somebody else scaled it/,
  };
  const isStranger = /created again|does not exist/.test(meddle.words.source);
  return {
    world,
    step: { kind: 'ensure-replicas', workload: target.workload, uid, from, replicas },
    effects: there ? 0 : 1,
    meddle: isStranger ? meddle : scaled,
  };
}

function weightCase(random: Random): StepCase<'set-weight'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const stage = random.pick([0, 5, 10, 25, 50]);
  const from = { stable: stage, canary: 100 - stage };
  const weights = { stable: 100, canary: 0 };
  const ready = { stable: integer(random, 1, 9), canary: integer(random, 0, 9) };
  /** Goes with the weights, like the header rule of a canary Ingress. */
  const header: Bypass = {
    ...{ to: 'canary', rule: null, how: 'sends what has header x-canary to canary', goesWithWeights: true },
  };
  const route: WeightSeen = {
    ...{ uid: called(random), weights: there ? weights : from, accepted: true, ready },
    bypasses: !there && random.chance(0.3) ? [header] : [],
  };
  world.state.routes = { shop: route, bystander: structuredClone(route) };
  const rule = random.pick([null, 'primary']);
  return {
    world,
    step: {
      kind: 'set-weight',
      route: objectOf('VirtualService', 'shop'),
      uid: route.uid,
      rule,
      from,
      weights,
    },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      {
        act: () => void Object.assign(route, { weights: { stable: 61, canary: 39 } }),
        words: /stable 61.*Somebody else/,
      },
      { act: () => void Object.assign(route, { uid: called(random) }), words: /created again/ },
      {
        act() {
          Object.assign(route, { weights: from });
          route.ready.stable = 0;
        },
        words: /stable has no ready endpoint/,
        unfenced: true,
      },
      {
        act: () =>
          void Object.assign(route, {
            bypasses: [
              { ...header, rule: 'testers', how: 'rule testers leads past', goesWithWeights: false },
            ],
          }),
        words: /rule testers leads past, whatever the weights say/,
        unfenced: true,
      },
    ]),
  };
}

function selectorCase(random: Random): StepCase<'switch-selector'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const minReady = integer(random, 1, 6);
  const readyPods = { blue: minReady + integer(random, 0, 3), green: integer(random, 1, 9) };
  const service = {
    uid: called(random),
    value: (there ? 'blue' : 'green') as string | null,
    readyPods,
    endpoints: (there ? { blue: readyPods.blue } : { green: readyPods.green }) as Record<string, number>,
  };
  world.state.services = { shop: service, bystander: structuredClone(service) };
  const target = { uid: service.uid, key: 'slot', from: 'green', to: 'blue', minReady };
  return {
    world,
    step: { kind: 'switch-selector', service: objectOf('Service', 'shop'), ...target },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      { act: () => void Object.assign(service, { value: 'red' }), words: /is red.*Somebody else/ },
      { act: () => void Object.assign(service, { value: null }), words: /without slot/ },
      { act: () => void Object.assign(service, { uid: called(random) }), words: /created again/ },
      {
        act() {
          service.value = 'green';
          readyPods.blue = minReady - 1;
        },
        words: /pods of blue are ready/,
        unfenced: true,
      },
    ]),
  };
}

function writersWorld(
  random: Random,
  now: 'running' | 'stopped',
  changes: readonly ('replaced' | 'scaled')[],
) {
  const world = createInMemoryStepWorld();
  const targets = Array.from({ length: integer(random, 1, 4) }, (_, n) => ({
    workload: { ...place, kind: 'Deployment' as const, name: `writer-${n}` },
    uid: called(random),
    replicas: integer(random, 2, 7),
  }));
  for (const { workload, uid, replicas } of [...targets, bystanderWriter]) {
    const count = now === 'running' ? replicas : 0;
    world.state.writers[workload.name] = { uid, desired: count, ready: count, pods: count };
  }
  world.state.sessions = { shop: now === 'running' ? integer(random, 1, 30) : 0, other: 4 };
  const victim = world.state.writers[random.pick(targets).workload.name];
  const replaced: Meddling = {
    act: () => void Object.assign(victim ?? {}, { uid: 'another' }),
    words: /created again/,
  };
  const scaled: Meddling = {
    act: () => void Object.assign(victim ?? {}, { desired: 1, ready: 1, pods: 1 }),
    words: /scaled to 1.*Somebody else/,
  };
  return { world, targets, meddle: { replaced, scaled }[random.pick(changes)] };
}

const bystanderWriter = { workload: { name: 'bystander' }, uid: 'bystander', replicas: 2 };

function called(random: Random): string {
  return `uid-${Math.floor(random.next() * 1e9)}`;
}
