import { expect, it } from 'vitest';
import { canaryChecksum } from './canary-checksum.ts';

// Computed by a Go program with the spew library that Flagger uses.
it.each([
  ['without tracked configuration', '6c7b8d9e0f', null, '7b45f9f467'],
  ['with none of it left', '6c7b8d9e0f', {}, '56c9f8d666'],
  ['with some of it', '5d4f7c9b8a', { 'secret/web': 'b', 'configmap/web-env': 'aa11' }, '746df4cf47'],
  ['before anything was applied', '', undefined, '758df7c9fc'],
])('a version %s has the name that Flagger gives it', (_words, spec, configs, name) =>
  expect(canaryChecksum(spec, configs)).toBe(name),
);
