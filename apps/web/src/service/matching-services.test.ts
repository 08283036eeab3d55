import type { ServiceSummary, Standing } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { standingIn } from '../standing/standing-harness.ts';
import { matchingServices } from './matching-services.ts';

const service = (name: string, state: Standing['state']) =>
  ({
    key: `prod/shop/${name}`,
    name,
    standing: standingIn(state),
    environment: 'production',
  }) as ServiceSummary;

const all = [
  service('web', 'quiet'),
  service('search', 'firing'),
  service('cart', 'quiet'),
  service('api', 'rolling_back'),
];

test('worst first, then by name', () => {
  expect(matchingServices(all, '').map(({ name }) => name)).toEqual(['search', 'api', 'cart', 'web']);
});

test('every word must be found, in name, place or state', () => {
  expect(matchingServices(all, 'SHOP quiet').map(({ name }) => name)).toEqual(['cart', 'web']);
  expect(matchingServices(all, 'rolling back')).toHaveLength(1);
  expect(matchingServices(all, 'web firing')).toEqual([]);
});
