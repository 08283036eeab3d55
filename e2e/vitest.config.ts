import { defineConfig } from 'vitest/config';

/** Each file starts a Lastgood with its own sandbox; one at a time, because two cores carry one world well. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
