import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { asJudged } from './empty-answer.ts';

test('a stored trigger whose query is empty while all is well reads empty as healthy, not as hold', () => {
  expect(asJudged(aTrigger({ onNoData: 'hold' }), true).onNoData).toBe('healthy');
  expect(asJudged(aTrigger({ onNoData: 'breach' }), true).onNoData).toBe('breach');
  expect(asJudged(aTrigger({ onNoData: 'hold' }), false).onNoData).toBe('hold');
});
