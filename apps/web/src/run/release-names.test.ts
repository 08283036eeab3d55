import { expect, test } from 'vitest';
import { moveName, releaseLead, releaseName, releaseTitle } from './release-names.ts';

const v42 = { release: 3, version: 'v42' };
const v41 = { release: 2, version: 'v41' };
const unknown = { release: 1, version: null };

test('the version leads and the number of the release follows', () => {
  expect([releaseName(v41), releaseTitle(v41), moveName(v42, v41)]).toEqual([
    'v41',
    'v41 (release 2)',
    'v42 → v41 (release 3 → 2)',
  ]);
});

test('what a rollback made is an earlier version again', () => {
  const back = { release: 4, version: 'v41', origin: 'rollback' } as const;
  expect([releaseName(back), releaseLead(back), releaseTitle(back)]).toEqual([
    'v41',
    'v41 again',
    'v41 again (release 4)',
  ]);
  expect(moveName(back, v41)).toBe('v41 again → v41 (release 4 → 2)');
  expect(releaseTitle({ ...back, version: null })).toBe('release 4');
});

test('without a version the number stands alone and says what it is', () => {
  expect([releaseName(unknown), releaseTitle(unknown)]).toEqual(['release 1', 'release 1']);
  expect(moveName(unknown, { release: 0, version: null })).toBe('release 1 → 0');
  expect(moveName(v42, unknown)).toBe('v42 → version unknown (release 3 → 1)');
});
