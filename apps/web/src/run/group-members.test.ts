import type { Run } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { moveOf, togetherWith } from './group-members.ts';

const release = (number: number) => ({ release: number }) as Run['from'];
const member = (serviceName: string, from: number) =>
  ({
    service: `prod/shop/${serviceName}`,
    serviceName,
    from: release(from),
    target: release(from - 1),
  }) as Run['members'][number];
const group = (...members: Run['members']) => ({ members, from: release(9), target: release(8) });

test.each([
  ['none', [], null],
  ['one other', ['cart'], 'together with cart'],
  ['two others', ['cart', 'payments'], 'together with cart and payments'],
  ['three others', ['cart', 'payments', 'search'], 'together with cart, payments and search'],
])('%s goes back with it', (_how, others, said) => {
  const members = others.length === 0 ? [] : ['checkout', ...others].map((name) => member(name, 9));
  expect(togetherWith(group(...members), 'prod/shop/checkout')).toBe(said);
});

test('each service of a group has its own way', () => {
  const run = group(member('checkout', 9), member('cart', 4));
  expect(moveOf(run, 'prod/shop/cart')).toMatchObject({ from: { release: 4 }, target: { release: 3 } });
  expect(moveOf(group(), 'prod/shop/checkout')).toMatchObject({ from: { release: 9 } });
});
