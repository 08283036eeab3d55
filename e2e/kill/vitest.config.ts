import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from '../longest-first.ts';

/** The share of every kill suite that belongs to `npm test`: two files at a time, because each waits most of its time. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: [join(import.meta.dirname, '../../packages/testkit/src/postgres/global-setup.ts')],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 240_000,
    hookTimeout: 120_000,
    provide: { killSize: 'share' },
  },
});
