import { expect, test } from 'vitest';
import { fromTo, releaseName, releaseSubject, servedSubject } from './release-words.ts';

const [v42, v41, unnamed] = [
  { release: 3, version: 'v42' },
  { release: 2, version: 'v41' },
  { release: 1, version: null },
];

test('versions lead, release numbers follow', () => {
  expect(releaseName(v41)).toBe('v41 (release 2)');
  expect(releaseSubject(v41)).toBe('v41 (release 2)');
  expect(fromTo(v42, v41)).toBe('v42 → v41 (release 3 → 2)');
});

test('a release without a version is told by its number', () => {
  expect(releaseName(unnamed)).toBe('release 1');
  expect(releaseSubject(unnamed)).toBe('Release 1');
  expect(fromTo(v42, unnamed)).toBe('v42 → unknown version (release 3 → 1)');
  expect(fromTo({ ...v42, version: null }, unnamed)).toBe('release 3 → 1');
});

test('a rollback is told as the version that it serves again', () => {
  expect(servedSubject({ release: 4, version: 'v41', origin: 'rollback' })).toBe('Release 4 (v41 again)');
  expect(servedSubject({ release: 4, version: 'v43', origin: 'pipeline' })).toBe('v43 (release 4)');
  expect(servedSubject({ release: 4, version: null, origin: 'rollback' })).toBe('Release 4');
});
