import { expect, test } from 'vitest';
import { brokenContracts, contractFit, contractRange, contractVersion } from './contracts.ts';

test.each([
  ['3', '>=3', 'fits'],
  ['2', '>=3', 'broken'],
  ['2.10', '>2.9', 'fits'],
  ['3', '3.0', 'fits'],
  ['4', '>=3 <5', 'fits'],
  ['5', '>=3 <5', 'broken'],
  ['3', '<=3', 'fits'],
  ['4', '=3', 'broken'],
])('%s within %s: %s', (provided, needed, fit) => {
  expect(contractFit({ api: needed }, { api: provided })).toBe(fit);
});

test('what one of them does not name is unknown, and breaks nothing', () => {
  expect(contractFit({ api: '>=3' }, {})).toBe('unknown');
  expect(contractFit({}, { api: '3' })).toBe('unknown');
  expect(brokenContracts({ api: '>=3', events: '1' }, { api: '2', search: '9' })).toEqual([
    { name: 'api', needed: '>=3', provided: '2' },
  ]);
});

test('what the release that is taken back provides and the target does not is broken', () => {
  const needs = { api: '>=3', coupons: '>=1' };
  expect(contractFit(needs, { api: '3' })).toBe('fits');
  expect(contractFit(needs, { api: '3' }, { api: '4', coupons: '1' })).toBe('broken');
  expect(contractFit(needs, {}, { coupons: '1' })).toBe('broken');
  expect(brokenContracts(needs, { api: '3' }, { coupons: '1' })).toEqual([
    { name: 'coupons', needed: '>=1', provided: null },
  ]);
  expect(contractFit({ other: '1' }, {}, { coupons: '1' })).toBe('unknown');
});

test.each(['3', '3.10', '1.2.3.4'])('%s is a version', (text) =>
  expect(text).toMatch(new RegExp(contractVersion)),
);
test.each(['v3', '', '3.', '1.2.3.4.5'])('%s is none', (text) =>
  expect(text).not.toMatch(new RegExp(contractVersion)),
);
test.each(['>=3', '3', '>=3 <5'])('%s is a range', (text) => expect(text).toMatch(new RegExp(contractRange)));
test.each(['^3', '>= 3', '>=3  <5', ''])('%s is none', (text) =>
  expect(text).not.toMatch(new RegExp(contractRange)),
);
