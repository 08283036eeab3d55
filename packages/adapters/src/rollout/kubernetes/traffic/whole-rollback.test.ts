import type { Change, Deployment } from '@lastgood/domain/deployment/deployment';
import type { DeploymentStrategy, Service } from '@lastgood/domain/service/service';
import type { WorkloadSnapshot } from '@lastgood/domain/workload/workload';
import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { wholeRollback } from '@lastgood/testkit/scenario/whole-rollback';
import { afterEach, describe, expect, it } from 'vitest';
import { shippedTraffic } from '../shipped-rights-harness.ts';
import { routeFixtures } from './route-fixtures-harness.ts';
import {
  acceptRoute,
  openRouteWorld,
  openSlots,
  paths,
  place,
  type RouteKindName,
  type SlotsWorld,
} from './traffic-world-harness.ts';

const [blue, green] = [
  { kind: 'Deployment' as const, name: 'web-blue' },
  { kind: 'Deployment' as const, name: 'web-green' },
];
const never = new AbortController().signal;
let close = async () => {};
afterEach(() => close());

async function snapshotOf({ rollout }: SlotsWorld, workload: typeof blue): Promise<WorkloadSnapshot> {
  const read = await rollout.read({ ...place, ...workload }, never);
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation.snapshot;
}

/** Release 1 serves from web-blue, release 2 was put into web-green; both as the cluster shows them. */
async function released(world: SlotsWorld, strategy: DeploymentStrategy) {
  const [one, two] = [await snapshotOf(world, blue), await snapshotOf(world, green)];
  const changes = (before: WorkloadSnapshot | null): Change[] => [
    { kind: 'workload', target: blue, before, after: one },
    { kind: 'workload', target: green, before: null, after: two },
  ];
  const target = aBaseline({ strategy, changes: changes(null) });
  return { target, deployment: aDeployment({ strategy, changes: changes(one) }) };
}

function rollBack(
  world: SlotsWorld,
  frame: { service: Service; deployment: Deployment; target: Deployment },
  seen = async () => {},
) {
  const { rollout, workloads, traffic } = world;
  const pass = async (byMs: number) => {
    await world.advance(Math.min(byMs, 2_000));
    await seen();
  };
  return wholeRollback({ ports: { rollout, workloads, traffic }, ...frame, pass });
}

const serviceOf = (strategy: DeploymentStrategy, rollback: Service['rollback']) =>
  aService({ strategy, workloads: [blue, green], triggers: [], rollback });

describe('a blue-green release is taken back, with the shipped rights and no others', () => {
  const service = serviceOf('blue-green', {
    'blue-green': { service: { name: 'web', key: 'slot' }, slots: { blue, green } },
  });
  type Selected = { spec: { selector: object } };
  const selected = async (world: SlotsWorld) =>
    (await world.call<Selected>('GET', `${paths.Service}/web`)).spec.selector;

  it('by the switch alone, verified', async () => {
    const world = await openSlots(shippedTraffic());
    close = world.close;
    const { ended } = await rollBack(world, { service, ...(await released(world, 'blue-green')) });
    expect(ended.map(({ outcome }) => outcome.kind)).toEqual(['applied', 'applied', 'applied']);
    expect(ended[0]?.title).toMatch(/^Switch Service web from green back to blue/);
    expect(await selected(world)).toEqual({ app: 'web', slot: 'blue' });
    expect((await snapshotOf(world, green)).images.app).toMatch(/v2$/);
  });

  it('after its slot was scaled down: brought up, then switched', async () => {
    const world = await openSlots(shippedTraffic());
    close = world.close;
    const frame = await released(world, 'blue-green');
    await world.scale(blue, 0);
    const { ended } = await rollBack(world, { service, ...frame });
    expect(ended.map(({ title }) => title.slice(0, 6))).toEqual(['Scale ', 'Switch', 'See ev', 'Verify']);
    expect(ended.map(({ outcome }) => outcome.kind)).toEqual(Array.from({ length: 4 }, () => 'applied'));
    expect(await selected(world)).toEqual({ app: 'web', slot: 'blue' });
  });

  it('but not where the slot holds another version: nothing is touched', async () => {
    const world = await openSlots();
    close = world.close;
    const frame = await released(world, 'blue-green');
    await world.deploy({ ...place, ...blue }, 'registry.example/web:v3');
    const { plan } = await rollBack(world, { service, ...frame });
    expect(plan).toMatchObject({ refusals: [{ code: 'slot-overwritten' }] });
    expect(await selected(world)).toEqual({ app: 'web', slot: 'green' });
  });
});

describe('a canary is taken back, with the shipped rights and no others', () => {
  const kinds: RouteKindName[] = ['VirtualService', 'HTTPRoute', 'Ingress'];
  const declared = (kind: RouteKindName) => {
    const { rule, stable, canary } = routeFixtures[kind];
    return serviceOf('canary', {
      canary: {
        route: { kind, name: 'web', ...(rule === null ? {} : { rule }) },
        stable: { destination: stable, workload: blue },
        canary: { destination: canary, workload: green },
      },
    });
  };
  const gateway = (kind: RouteKindName, world: SlotsWorld) =>
    kind === 'HTTPRoute' ? () => acceptRoute(world) : async () => {};

  it.each(kinds)('by %s, verified', async (kind) => {
    const world = await openRouteWorld(kind, routeFixtures[kind], shippedTraffic());
    close = world.close;
    const frame = { service: declared(kind), ...(await released(world.slots, 'canary')) };
    const { ended, plan } = await rollBack(world.slots, frame, gateway(kind, world.slots));
    expect([plan.kind, ended.map(({ outcome }) => outcome.kind)]).toEqual([
      ...['plan', ['applied', 'applied', 'applied']],
    ]);
    const { stable, canary } = routeFixtures[kind];
    expect(await world.weights()).toEqual({ [stable]: 100, [canary]: 0 });
  });

  it('that was promoted: its share first, then the template of stable', async () => {
    const kind = 'HTTPRoute';
    const world = await openRouteWorld(kind, routeFixtures[kind], shippedTraffic());
    close = world.close;
    const { target, deployment } = await released(world.slots, 'canary');
    await world.slots.deploy({ ...place, ...blue }, 'registry.example/web:v2');
    const after = await snapshotOf(world.slots, blue);
    const changes = deployment.changes.map((change): Change => {
      return change.kind === 'workload' && change.target.name === blue.name ? { ...change, after } : change;
    });
    const frame = { service: declared(kind), target, deployment: { ...deployment, changes } };
    const { ended } = await rollBack(world.slots, frame, gateway(kind, world.slots));
    expect(ended.map(({ outcome }) => outcome.kind)).toEqual(Array.from({ length: 5 }, () => 'applied'));
    expect((await snapshotOf(world.slots, blue)).images.app).toMatch(/:v1(@|$)/);
  });
});
