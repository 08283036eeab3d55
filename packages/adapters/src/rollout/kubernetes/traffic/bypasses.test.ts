import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, describe, expect, it } from 'vitest';
import { routeFixtures } from './route-fixtures-harness.ts';
import { acceptRoute, openRouteWorld, paths, type RouteKindName } from './traffic-world-harness.ts';

const never = new AbortController().signal;
const nginx = 'nginx.ingress.kubernetes.io';
let close = async () => {};
afterEach(() => close());

async function open(kind: RouteKindName, operations: object[] = []) {
  const world = await openRouteWorld(kind, routeFixtures[kind]);
  close = world.close;
  if (operations.length > 0) await world.slots.patch(`${paths[kind]}/web`, operations);
  const { route, rule, stable, canary } = world;
  const look = () => world.traffic.readRoute({ route, rule }, never);
  const read = await look();
  if (read.kind !== 'seen') return { world, look, reason: read.reason, hows: [], take: () => null };
  const step: StepOf<'set-weight'> = {
    ...{ kind: 'set-weight', route, rule, uid: read.seen.uid, from: read.seen.weights },
    weights: { [stable]: 100, [canary]: 0 },
  };
  const hows = (read.seen.bypasses ?? []).map(({ how }) => how);
  const take = (over: object = {}) => attemptStep(world.traffic.setWeight, { ...step, ...over }, 'run/1');
  return { world, look, hows, take, reason: '' };
}

const to = (subset: string) => ({ host: 'web-all', subset });

describe('what leads past the weights of a VirtualService', () => {
  it('is named: rules with a match, mirrors and what is not HTTP', async () => {
    const testers = {
      ...{ name: 'testers', match: [{ headers: { 'x-canary': { exact: 'secret' } } }] },
      route: [{ destination: to('canary'), weight: 0 }],
    };
    const { hows, take } = await open('VirtualService', [
      { op: 'add', path: '/spec/http/0', value: testers },
      { op: 'add', path: '/spec/http/2/mirror', value: to('canary') },
      { op: 'add', path: '/spec/tcp', value: [{ route: [{ destination: to('canary') }] }] },
    ]);
    expect(hows).toEqual([
      'rule testers sends what matches header x-canary to web-all/canary',
      'a rule without a name sends what it matches to web-all/stable',
      'rule primary copies requests to web-all/canary',
      'a route that is not HTTP leads to web-all/canary',
    ]);
    expect((await take())?.outcome).toMatchObject({
      ...{
        kind: 'failed',
        reason: expect.stringContaining('rule testers sends what matches header x-canary'),
      },
    });
  });

  it('is not there by default, and a single destination gets everything whatever its weight', async () => {
    const only = [{ destination: to('canary'), weight: 7 }];
    const { look } = await open('VirtualService', [
      { op: 'replace', path: '/spec/http/1/route', value: only },
    ]);
    expect(await look()).toMatchObject({ seen: { weights: { 'web-all/canary': 100 } } });
  });
});

describe('an HTTPRoute', () => {
  it('keeps the preview that its team named, and nothing else', async () => {
    const rules = ['testers', 'others'].map((name) => ({
      ...{ name, matches: [{ headers: [{ name: 'x-canary', value: 'yes' }] }] },
      backendRefs: [{ name: 'web-green', port: 80 }],
    }));
    const value = (index: number) => ({ op: 'add', path: '/spec/rules/0', value: rules[index] });
    const kept = await open('HTTPRoute', [value(0)]);
    await acceptRoute(kept.world.slots);
    expect(kept.hows).toEqual(['rule testers sends what matches header x-canary to web-green']);
    expect((await kept.take())?.outcome.kind).toBe('failed');
    expect((await kept.take({ rule: null, except: ['testers'] }))?.sent).toBe(true);
    await close();
    const other = await open('HTTPRoute', [value(1)]);
    expect((await other.take({ except: ['testers'] }))?.outcome.kind).toBe('failed');
  });

  it('is not done while its gateway does not resolve what it leads to, in the words of the gateway', async () => {
    const { world, take } = await open('HTTPRoute');
    await take();
    await acceptRoute(world.slots, 'False');
    expect((await take())?.outcome).toMatchObject({
      ...{ kind: 'waiting', note: expect.stringContaining('ResolvedRefs is False (BackendNotFound)') },
    });
    await acceptRoute(world.slots);
    expect((await take())?.outcome.kind).toBe('applied');
  });

  it('with two rules that split traffic asks which one is meant', async () => {
    const backendRefs = ['web-blue', 'web-green'].map((name) => ({ name, port: 80 }));
    const { reason } = await open('HTTPRoute', [
      { op: 'add', path: '/spec/rules/-', value: { name: 'api', backendRefs } },
    ]);
    expect(reason).toMatch(
      /has 2 rules that split traffic \(\(without a name\), api\): name the one that is meant/,
    );
  });
});

describe('a canary Ingress', () => {
  const annotation = (key: string) => `/metadata/annotations/${nginx}~1${key}`;
  const stored = async ({ world }: Awaited<ReturnType<typeof open>>) =>
    (await world.slots.call<{ metadata: { annotations: object } }>('GET', `${paths.Ingress}/web`)).metadata
      .annotations;

  it('loses its header and cookie rules with the weight, in one write', async () => {
    const opened = await open('Ingress', [
      { op: 'add', path: annotation('canary-by-header'), value: 'x-canary' },
      { op: 'add', path: annotation('canary-by-cookie'), value: 'beta' },
    ]);
    expect(opened.hows).toEqual([
      ...['sends who has header x-canary to web-green', 'sends who has cookie beta to web-green'],
    ]);
    expect(await opened.take()).toMatchObject({ outcome: { kind: 'applied' } });
    expect(await stored(opened)).toEqual({
      ...{ [`${nginx}/canary`]: 'true', [`${nginx}/canary-weight`]: '0', 'lastgood.dev/operation': 'run/1' },
    });
    expect(opened.world.taken()).toBe(1);
  });

  it('loses them also where its weight is 0 already', async () => {
    const opened = await open('Ingress', [
      { op: 'replace', path: annotation('canary-weight'), value: '0' },
      { op: 'add', path: annotation('canary-by-header'), value: 'x-canary' },
    ]);
    expect(await opened.take()).toMatchObject({ outcome: { kind: 'applied' }, sent: true });
    expect(await stored(opened)).not.toHaveProperty([`${nginx}/canary-by-header`]);
  });

  it('counts in the total that it names', async () => {
    const { look } = await open('Ingress', [
      { op: 'add', path: annotation('canary-weight-total'), value: '1000' },
    ]);
    expect(await look()).toMatchObject({ seen: { weights: { 'web-blue': 970, 'web-green': 30 } } });
  });

  it('is none without its annotation', async () => {
    const { reason } = await open('Ingress', [{ op: 'replace', path: annotation('canary'), value: 'false' }]);
    expect(reason).toMatch(/is no canary/);
  });
});
