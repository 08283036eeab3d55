import { expect, test } from 'vitest';
import { fromTo, releaseAside, releaseName, releaseSubject } from './release-words.ts';

const [v42, v41, unnamed] = [
  { release: 3, version: 'v42' },
  { release: 2, version: 'v41' },
  { release: 1, version: null },
];

test('versions lead, release numbers follow', () => {
  expect(releaseName(v41)).toBe('v41 (release 2)');
  expect(releaseSubject(v41)).toBe('v41 (release 2)');
  expect(releaseAside(v41)).toBe('v41, release 2');
  expect(fromTo(v42, v41)).toBe('v42 → v41 (release 3 → 2)');
});

test('a release without a version is told by its number', () => {
  expect(releaseName(unnamed)).toBe('release 1');
  expect(releaseSubject(unnamed)).toBe('Release 1');
  expect(releaseAside(unnamed)).toBe('release 1');
  expect(fromTo(v42, unnamed)).toBe('v42 → unknown version (release 3 → 1)');
  expect(fromTo({ ...v42, version: null }, unnamed)).toBe('release 3 → 1');
});

test('a rollback is told as the version that it serves again', () => {
  const back = { release: 4, version: 'v41', origin: 'rollback' } as const;
  expect(releaseName(back)).toBe('v41 again (release 4)');
  expect(releaseSubject(back)).toBe('v41 again (release 4)');
  expect(releaseAside(back)).toBe('v41 again, release 4');
  expect(fromTo(back, unnamed)).toBe('v41 again → unknown version (release 4 → 1)');
  expect(releaseName({ ...back, version: 'v43', origin: 'pipeline' })).toBe('v43 (release 4)');
  expect(releaseSubject({ ...back, version: null })).toBe('Release 4');
});
