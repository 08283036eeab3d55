import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { tooMuchBySet, tooMuchInForce } from './too-much-in-force.ts';

const setOf = (name: string, count: number, query = 'a') => ({
  name,
  description: '',
  triggers: Array.from({ length: count }, (_, index) => aTrigger({ name: `${name}_${index}`, query })),
});
const names = ['a', 'b', 'c', 'd'];
const service = aService({ triggers: [], triggerSets: names });
const full = names.map((name) => setOf(name, 50));

test('as many triggers and characters as may be are taken', () => {
  expect(tooMuchInForce(service, full, '/triggerSets')).toEqual([]);
  const long = [setOf('a', 32, 'x'.repeat(8_192))];
  expect(tooMuchInForce(service, long, '/triggerSets')).toEqual([]);
});

test('one more is refused, by the service or by its set', () => {
  const [fault] = tooMuchInForce({ ...service, triggers: [aTrigger({ name: 'own' })] }, full, '/triggerSets');
  expect(fault).toEqual({
    path: '/triggerSets',
    message: expect.stringContaining('main/shop/web would be watched by 201 triggers with'),
  });
  expect(tooMuchBySet(setOf('d', 51), [service], full)).toEqual([
    { path: '/triggers', message: expect.stringContaining('at most 200 triggers with 262144 characters') },
  ]);
  expect(tooMuchBySet(setOf('d', 51), [], full)).toEqual([]);
});

test('of queries too long together, those of companions included, the service is refused', () => {
  const long = setOf('a', 32, 'x'.repeat(8_192));
  const minSamples = { query: 'y', atLeast: 1 };
  const [first, ...rest] = long.triggers;
  const guarded = { ...long, triggers: [{ ...aTrigger(), ...first, minSamples }, ...rest] };
  expect(tooMuchInForce(service, [guarded], '/triggerSets')).toHaveLength(1);
});
