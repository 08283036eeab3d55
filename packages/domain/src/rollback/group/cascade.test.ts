import { aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Contracts } from '../../deployment/contracts.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { type AskedRollback, cascadeOf, type Neighbour } from './cascade.ts';
import { callersBefore } from './order-members.ts';

const key = (name: string) => `main/shop/${name}`;
const minute = 60_000;
/** When the release that is taken back began. */
const began = 100 * minute;

function release(
  name: string,
  number: number,
  startedAt: number,
  contracts: Partial<Contracts> = {},
): Deployment {
  return aDeployment({
    ...{ id: `${name}-${number}`, service: key(name), release: number, version: `v${number}`, startedAt },
    previousDeploymentId: number > 1 ? `${name}-${number - 1}` : null,
    contracts: { provides: {}, needs: {}, ...contracts },
  });
}

/** A service whose second release is out, with its first to go back to. */
function neighbour(
  name: string,
  calls: string[],
  {
    at = 0,
    now = {},
    before = {},
  }: { at?: number; now?: Partial<Contracts>; before?: Partial<Contracts> } = {},
): Neighbour {
  return {
    service: aService({ name, dependencies: calls.map(key) }),
    current: release(name, 2, at, now),
    targets: [release(name, 1, 0, before)],
  };
}

function asked(
  calls: string[] = [],
  contracts: { now?: Partial<Contracts>; before?: Partial<Contracts> } = {},
): AskedRollback {
  const { service, current, targets } = neighbour('catalog', calls, { at: began, ...contracts });
  const [target] = targets;
  if (!target) throw new Error('no target');
  return { service, deployment: current, target };
}

const namesOf = (result: ReturnType<typeof cascadeOf>) =>
  result.kind === 'members'
    ? result.members.map(({ service }) => service.name)
    : result.refusals.map(({ reason }) => reason);
const v2 = { provides: { 'catalog-api': '2' } };
const needs3 = { needs: { 'catalog-api': '>=3' } };

test('whoever needs what the target does not provide goes back first, and says why', () => {
  const result = cascadeOf(asked([], { before: v2 }), [neighbour('checkout', ['catalog'], { now: needs3 })]);
  expect(result).toMatchObject({
    kind: 'members',
    members: [
      {
        service: { name: 'checkout' },
        target: { release: 1 },
        reason: 'contract',
        why: 'needs catalog-api >=3, and v1 (release 1) of catalog provides 2',
      },
      { service: { name: 'catalog' }, reason: 'asked' },
    ],
  });
});

test('whoever needs what the target does not provide at all goes back, too', () => {
  const needs = { needs: { 'catalog-api': '>=2', coupons: '>=1' } };
  const now = { provides: { 'catalog-api': '3', coupons: '1' } };
  const taken = asked([], { now, before: v2 });
  const why = 'needs coupons >=1, and v1 (release 1) of catalog does not provide coupons at all';
  const result = cascadeOf(taken, [neighbour('checkout', ['catalog'], { now: needs })]);
  expect(result).toMatchObject({ members: [{ service: { name: 'checkout' }, why }, { reason: 'asked' }] });
  const stuck = neighbour('checkout', ['catalog'], { now: needs, before: needs });
  expect(cascadeOf(taken, [stuck])).toMatchObject({ kind: 'refused', refusals: [{ code: 'no-target' }] });
});

test('what a callee has ceased to provide draws it in', () => {
  const search = neighbour('search', [], { before: { provides: { 'search-api': '8' } } });
  const target = { needs: { 'search-api': '<9' } };
  const result = cascadeOf(asked(['search'], { before: target }), [search]);
  expect(result).toMatchObject({
    members: [
      {},
      {
        why: 'does not provide search-api at all, and v1 (release 1) of catalog needs search-api <9',
      },
    ],
  });
});

test('whoever is known to work with the target stays, although it was deployed since', () => {
  const kept = neighbour('checkout', ['catalog'], {
    at: began + minute,
    now: { needs: { 'catalog-api': '>=1' } },
  });
  expect(namesOf(cascadeOf(asked([], { before: v2 }), [kept]))).toEqual(['catalog']);
});

test('where nothing is said of contracts, what was deployed since follows, and what was not stays', () => {
  const since = neighbour('checkout', ['catalog'], { at: began + minute });
  const before = neighbour('search', ['catalog'], { at: began - minute });
  const stranger = neighbour('mail', [], { at: began + minute });
  const result = cascadeOf(asked(), [since, before, stranger]);
  expect(namesOf(result)).toEqual(['checkout', 'catalog']);
  expect(result).toHaveProperty(
    ['members', 0, 'why'],
    'was deployed after v2 (release 2) of catalog, and nothing says that it works with v1 (release 1)',
  );
});

test('a release that is a way back itself, or the first of its service, follows nobody', () => {
  const back = neighbour('checkout', ['catalog'], { at: began + minute });
  const first = neighbour('search', ['catalog'], { at: began + minute });
  const rollback = { ...back, current: { ...back.current, origin: 'rollback' as const } };
  const baseline = { ...first, current: { ...first.current, previousDeploymentId: null } };
  expect(namesOf(cascadeOf(asked(), [rollback, baseline]))).toEqual(['catalog']);
});

test('a follower goes back to what served before, not to another release from since', () => {
  const checkout = neighbour('checkout', ['catalog'], { at: began + 2 * minute });
  const between = release('checkout', 2, began + minute);
  const targets = [between, release('checkout', 1, 0)];
  const result = cascadeOf(asked(), [
    { ...checkout, current: release('checkout', 3, began + 2 * minute), targets },
  ]);
  expect(result).toHaveProperty(['members', 0, 'target', 'release'], 1);
});

test('followers draw in others in turn, and every caller goes before whom it calls', () => {
  const later = { at: began + minute };
  const checkout = neighbour('checkout', ['catalog'], later);
  const edge = neighbour('edge', ['checkout', 'catalog'], later);
  const search = neighbour('search', ['catalog'], later);
  const result = cascadeOf(asked(), [checkout, search, edge]);
  expect(namesOf(result)).toEqual(['search', 'edge', 'checkout', 'catalog']);
  if (result.kind !== 'members') throw new Error('refused');
  expect(result.members.map((_member, place) => callersBefore(result.members, place))).toEqual([
    [],
    [],
    [1],
    [0, 1, 2],
  ]);
});

test('what the target needs of whom it calls draws that one in, after it', () => {
  const search = neighbour('search', [], {
    now: { provides: { 'search-api': '9' } },
    before: { provides: { 'search-api': '8' } },
  });
  const target = { needs: { 'search-api': '<9' } };
  expect(namesOf(cascadeOf(asked(['search'], { before: target }), [search]))).toEqual(['catalog', 'search']);
});

test('a follower without a release that would do refuses the whole group', () => {
  const checkout = neighbour('checkout', ['catalog'], { now: needs3, before: needs3 });
  expect(cascadeOf(asked([], { before: v2 }), [checkout])).toMatchObject({
    kind: 'refused',
    refusals: [{ code: 'no-target', reason: expect.stringContaining('checkout has to go back too') }],
  });
});

test('targets that do not fit each other are refused', () => {
  const catalog = asked([], { before: { provides: { 'catalog-api': '2', 'price-api': '1' } } });
  const checkout = neighbour('checkout', ['catalog'], {
    now: needs3,
    before: { needs: { 'catalog-api': '2' } },
  });
  const edge = neighbour('edge', ['checkout', 'catalog'], { at: began + minute, before: {} });
  const fits = cascadeOf(catalog, [checkout, edge]);
  expect(fits.kind).toBe('members');
  const old = { ...edge, targets: [release('edge', 1, 0, { needs: { 'checkout-api': '7' } })] };
  const other = { ...checkout, targets: [release('checkout', 1, 0, { provides: { 'checkout-api': '6' } })] };
  expect(cascadeOf(catalog, [other, old])).toMatchObject({ kind: 'refused' });
});

test('a circle is named from caller to callee', () => {
  const later = { at: began + minute };
  const checkout = neighbour('checkout', ['catalog', 'edge'], later);
  const edge = neighbour('edge', ['checkout'], later);
  expect(namesOf(cascadeOf(asked(), [checkout, edge]))).toEqual([
    expect.stringMatching(
      /^(checkout → edge → checkout|edge → checkout → edge): these depend on each other in a circle/,
    ),
  ]);
});

test('a circle of services that stay hinders nobody', () => {
  const one = neighbour('one', ['two', 'catalog']);
  const two = neighbour('two', ['one']);
  expect(namesOf(cascadeOf(asked(), [one, two]))).toEqual(['catalog']);
});
