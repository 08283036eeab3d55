import { describe, expect, test } from 'vitest';
import { goingBackOrder } from './going-back-order.ts';

const member = (serviceName: string, ...after: number[]) => ({
  service: `c/n/${serviceName}`,
  serviceName,
  target: { deploymentId: 'd', release: 1, version: 'v1', proof: 'verified' as const },
  after,
});
const turns = (...members: ReturnType<typeof member>[]) =>
  goingBackOrder(members).placed.map(({ member: { serviceName }, turn }) => `${turn} ${serviceName}`);

describe('the order in which a group goes back', () => {
  test('gives whoever goes side by side one number', () =>
    expect(turns(member('edge'), member('cart'), member('catalog', 0, 1))).toEqual([
      '1 edge',
      '1 cart',
      '2 catalog',
    ]));

  test('lets nobody go before all that it waits for', () =>
    expect(turns(member('a'), member('b', 0), member('c', 0, 1), member('d'))).toEqual([
      '1 a',
      '2 b',
      '3 c',
      '1 d',
    ]));

  test('leads each arrow to who waits, past those between, and none that another path says', () => {
    const { arrows, columns } = goingBackOrder([
      ...[member('a'), member('b', 0), member('d'), member('c', 0, 1, 2)],
    ]);
    const told = arrows.map(({ from, to, via }) => [
      from.member.serviceName,
      to.member.serviceName,
      via.length,
    ]);
    expect(told).toEqual([
      ['a', 'b', 0],
      ['b', 'c', 0],
      ['d', 'c', 1],
    ]);
    expect(columns).toBe(2);
  });
});
