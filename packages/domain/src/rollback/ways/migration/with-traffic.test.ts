import { aBaseline, aDeployment, aService, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../deployment/deployment.ts';
import type { Service } from '../../../service/service.ts';
import { composePlan } from '../../compose-plan.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { Fact } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { aWorkloadFact, plannedFrom } from '../planned-harness.ts';

const [blue, green, worker] = [
  { kind: 'Deployment' as const, name: 'web-blue' },
  { kind: 'Deployment' as const, name: 'web-green' },
  { kind: 'Deployment' as const, name: 'worker' },
];
const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const migrated: Change = {
  kind: 'migration',
  target: { database: 'orders' },
  before: '0016',
  after: '0017',
};
const slots = { service: { name: 'web', key: 'slot' }, slots: { blue, green } };
const split = {
  route: { kind: 'HTTPRoute', name: 'web' },
  stable: { destination: 'web-blue', workload: blue },
  canary: { destination: 'web-green', workload: green },
};
const changes: Change[] = [
  { kind: 'workload', target: blue, before: v1, after: v1 },
  { kind: 'workload', target: green, before: v1, after: v2 },
];

interface Given {
  service: Partial<Service>;
  strategy?: 'rolling' | 'blue-green' | 'canary';
  with?: Change[];
  isReversed?: boolean;
}

/** A release that migrated orders and went into green, which gets the traffic; blue is scaled to none. */
function plan({ service: over, strategy = 'blue-green', with: more = [], isReversed = false }: Given) {
  const { rollback, ...rest } = over;
  const service = aService({
    strategy,
    workloads: [blue, green],
    writers: [blue, green],
    ...rest,
    rollback: { migration: { database: 'orders' }, ...rollback },
  });
  const deployment = aDeployment({ strategy, changes: [...changes, migrated, ...more] });
  const target = aBaseline({ strategy, changes: changes.map((one) => ({ ...one, after: v1 }) as Change) });
  const known = Object.entries(neededFacts({ service, deployment, target })).map(
    ([way, needs]) => [way, needs.map((need) => answered(need as Fact, isReversed))] as const,
  );
  const kinds = new Set(stepContracts.map(({ kind }) => kind));
  return plannedFrom(composePlan, { service, deployment, target }, Object.fromEntries(known), kinds);
}

function answered(need: Fact, isReversed: boolean): Fact {
  const seen = (found: unknown) => ({ ...need, answer: { kind: 'seen', seen: found } }) as Fact;
  const there = { uid: 'u', owner: { kind: 'nobody' } };
  if (need.kind === 'workload') {
    const isGreen = need.ask.workload.name === green?.name;
    const over = { snapshot: isGreen ? v2 : v1, desiredReplicas: isGreen ? 3 : 0 };
    return aWorkloadFact(need.ask.workload, over, need.ask.to);
  }
  if (need.kind === 'selector')
    return seen({ ...there, value: 'green', readyPods: { green: 3 }, endpoints: { green: 3 } });
  if (need.kind === 'route')
    return seen({
      ...there,
      ...{ weights: { 'web-blue': 80, 'web-green': 20 }, accepted: true },
      ready: { 'web-blue': 3, 'web-green': 1 },
    });
  if (need.kind === 'database') {
    const down = { from: '0017', to: '0016', irreversible: null, undeclared: [], loss: {} };
    const head = isReversed ? '0016' : '0017';
    return seen({ head, dirty: false, running: null, path: isReversed ? [] : [down] });
  }
  const writer = { desired: 3, ready: 3, pods: 3 };
  const uid = (name: string) => (need.kind === 'writers' ? { ...writer, uid: `uid-${name}` } : writer);
  const writers = need.kind === 'writers' ? need.ask.writers.map(({ name }) => uid(name)) : [];
  return seen({ writers, sessions: 0 });
}

describe('a schema that would go back beside a switch of traffic', () => {
  it.each<[string, Given]>([
    ['the slots write', { service: { rollback: { 'blue-green': slots } } }],
    ['both sides of a canary write', { service: { rollback: { canary: split } }, strategy: 'canary' }],
    [
      'nothing says which workloads are switched between',
      {
        ...{ service: {}, strategy: 'rolling' },
        with: [
          {
            ...{ kind: 'traffic', target: { kind: 'Service', name: 'web', key: 'slot' } },
            ...{ before: 'blue', after: 'green' },
          },
        ],
      },
    ],
  ])('is refused where %s', (_words, given) => {
    const { refusals } = plan(given);
    const about = refusals.filter(({ code }) => code === 'writer-gets-traffic');
    expect(about.map(({ reason }) => reason.split(' writes')[0])).toEqual([
      'Deployment web-blue',
      'Deployment web-green',
    ]);
    expect(about[0]?.advice).toContain('By hand: scale the writers to 0');
  });

  it('goes back where the writers are others, before the old code gets the traffic', () => {
    const { refusals, steps } = plan({ service: { writers: [worker], rollback: { 'blue-green': slots } } });
    expect(refusals).toEqual([]);
    expect(steps.map(({ kind }) => kind)).toEqual([
      ...['stop-writers', 'migrate-to', 'ensure-replicas', 'switch-selector', 'wait-until-stable'],
      ...['start-writers', 'verify'],
    ]);
  });

  it('is no hindrance once it was reversed by hand', () =>
    expect(plan({ service: { rollback: { 'blue-green': slots } }, isReversed: true }).refusals).toEqual([]));
});

describe('a schema beside what a delivery controller brings out', () => {
  it.each([
    ['Argo Rollouts', { 'argo-rollouts': { rollout: 'web-green' } }],
    ['Flagger', { flagger: { canary: 'web-green' } }],
  ])('is refused with %s', (_name, rollback) =>
    expect(plan({ service: { rollback }, strategy: 'rolling' }).refused).toContain('delivered-writers'),
  );
});
