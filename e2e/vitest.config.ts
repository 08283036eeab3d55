import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

/** Each file starts a Lastgood with a world of its own; three at a time, because each of them waits most of its time. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['*.test.ts'],
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
