import { expect, test } from 'vitest';
import { tabIcon } from './tab-icon.ts';

const meanings = ['quiet', 'watch', 'act', 'done', 'unknown'] as const;

test('every meaning has an outline of its own: without colours no two are the same', () => {
  const shapes = meanings.map((meaning) =>
    decodeURIComponent(tabIcon(meaning)).replaceAll(/#[0-9a-f]{3,6}/g, ''),
  );
  expect(new Set(shapes).size).toBe(meanings.length);
  for (const shape of shapes) expect(shape).toContain('viewBox="0 0 32 32"');
});
