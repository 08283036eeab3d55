import type { ServiceSummary } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { standingIn } from '../standing/standing-harness.ts';
import { neighbourhood } from './neighbourhood.ts';

const service = (name: string, over: Partial<ServiceSummary> = {}): ServiceSummary =>
  ({
    key: `prod/shop/${name}`,
    name,
    standing: standingIn('quiet'),
    dependencies: [],
    current: null,
    ...over,
  }) as ServiceSummary;

const hub = service('hub', { dependencies: ['prod/shop/db', 'prod/shop/undeclared'], dependentCount: 300 });
const needing = Array.from({ length: 60 }, (_, n) =>
  service(`s${n}`, {
    dependencies: [hub.key, 'prod/shop/db'],
    standing: standingIn(n === 59 ? 'firing' : 'quiet'),
  }),
);

test('the worst neighbours come first, then what is needed, and those that are not drawn are counted', () => {
  const { nodes, left } = neighbourhood(hub, [hub, service('db'), ...needing], false);
  expect(nodes.slice(0, 4).map(({ name }) => name)).toEqual(['hub', 's59', 'db', 's0']);
  expect(nodes).toHaveLength(31);
  expect(left).toBe(302 - 30);
  expect(nodes[1]?.dependencies).toEqual([hub.key]);
});

test('what is declared nowhere is not counted as left out where all neighbours are known', () => {
  const few = { ...hub, dependentCount: 1 };
  expect(
    neighbourhood(few, [hub, service('db'), service('web', { dependencies: [hub.key] })], true).left,
  ).toBe(0);
});
