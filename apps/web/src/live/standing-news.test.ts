import type { Standing } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { standingNews } from './standing-news.ts';

const standing = (state: Standing['state'], meaning: Standing['meaning'] = 'quiet') =>
  ({ service: 'c/n/web', state, meaning, sentence: `it is ${state}` }) as Standing;
const told = (before: Standing | undefined, after: Standing) => {
  const news = standingNews(before, after);
  return news && [news.urgency, news.text, news.service];
};

test('what begins to fire is said at once, what breaches politely', () => {
  expect(told(standing('watched'), standing('firing', 'act'))).toEqual(['act', 'it is firing', 'c/n/web']);
  expect(told(undefined, standing('pending', 'watch'))?.[0]).toBe('watch');
});

test('the same state is not said again, however its numbers move', () => {
  expect(told(standing('firing', 'act'), standing('firing', 'act'))).toBeNull();
});

test('a recovery is said, the ordinary course of a deployment is not', () => {
  expect(told(standing('pending'), standing('watched'))).toEqual([
    'done',
    'recovered: it is watched',
    'c/n/web',
  ]);
  expect(told(standing('deploying'), standing('watched'))).toBeNull();
  expect(told(standing('watched'), standing('quiet'))).toBeNull();
  expect(told(undefined, standing('quiet'))).toBeNull();
});

test('a rollback is left to its own words', () => {
  expect(told(standing('firing', 'act'), standing('rolling_back', 'act'))).toBeNull();
});
