import { expect, it } from 'vitest';
import { labelSelector } from './label-selector.ts';

it('spells a selector as the API takes it', () => {
  const selector = {
    matchLabels: { app: 'web', tier: 'front' },
    matchExpressions: [
      { key: 'zone', operator: 'In', values: ['a', 'b'] },
      { key: 'stage', operator: 'NotIn', values: ['test'] },
      { key: 'live', operator: 'Exists' },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  };
  expect(labelSelector(selector)).toBe('app=web,tier=front,zone in (a,b),stage notin (test),live,!old');
});

it('refuses an operator it does not know rather than selecting too much', () => {
  expect(() => labelSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toThrow(/Near/);
});
