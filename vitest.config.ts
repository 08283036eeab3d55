import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

type Options = NonNullable<TestProjectInlineConfiguration['test']>;

/** Nothing outside of the process is touched by these packages, and no test of theirs leaves anything behind in it. */
const shared = ['packages/{domain,engine,api-client}/**/*.test.ts', 'apps/web/**/*.test.{ts,tsx}'];
/** Replaces a module, which holds only where no other file has loaded it before. */
const mocking = ['apps/web/src/live/use-seen.test.tsx'];

export default defineConfig({
  test: {
    // By itself vitest leaves a core to itself: of two, one would be all that works.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('own process', {
        include: [
          ...['packages/!(domain|engine|api-client)/**/*.test.ts', 'apps/!(web)/**/*.test.ts'],
          ...['scripts/**/*.test.ts', ...mocking],
        ],
        globalSetup: ['packages/testkit/src/postgres/global-setup.ts'],
      }),
      // To load the same modules anew for each of these files would take four times what their tests take.
      project('shared process', { include: shared, isolate: false, exclude: mocking }),
    ],
  },
});

function project(name: string, { exclude = [], ...options }: Options): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      ...options,
    },
  };
}
