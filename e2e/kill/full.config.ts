import { defineConfig, mergeConfig } from 'vitest/config';
import { goalReporter } from './goal-reporter.ts';
import share from './vitest.config.ts';

/** Every kill suite at full size, one after another for the sake of their timings, with one line per goal at the end. */
export default mergeConfig(
  share,
  defineConfig({
    test: {
      fileParallelism: false,
      testTimeout: 3_600_000,
      reporters: ['default', goalReporter],
      provide: { killSize: 'full' },
    },
  }),
);
