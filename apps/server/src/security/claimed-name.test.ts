import { expect, test } from 'vitest';
import { claimedName } from './claimed-name.ts';

const of = (name: string) => claimedName({ 'lastgood-name': name });

test('a name is marked as not proven, whatever alphabet it is in and whatever it says of itself', () => {
  expect(of('Ada')).toBe('Ada (name not proven)');
  expect(of(encodeURIComponent('Łukasz 李'))).toBe('Łukasz 李 (name not proven)');
  expect(of(encodeURIComponent('Ada (proven)\n\u202e'))).toBe('Ada (proven) (name not proven)');
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['blanks', '%20%0a'],
  ['one that is no UTF-8', '%ff'],
  ['a broken escape', '%'],
  ['one longer than 60', 'x'.repeat(61)],
])('%s is left out, so that nothing waits for it', (_what, name) => {
  expect(claimedName(name === undefined ? {} : { 'lastgood-name': name })).toBeNull();
});
