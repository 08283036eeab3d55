import { defineConfig } from 'vitest/config';

/** The share of every kill suite that belongs to `npm test`. One file at a time: timings on two cores. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['packages/testkit/src/postgres/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    provide: { killSize: 'share' },
  },
});
