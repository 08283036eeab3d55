import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Locked {
  /** Where npm got it; the folder of a workspace. */
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

/*
 * npm writes down only the platform packages it could fetch where the lock file was made, and `npm ci` then refuses the
 * file on every machine.
 */
const locks = [
  'package-lock.json',
  ...globSync('packages/testkit/src/servers/*/package-lock.json', { cwd: root }),
];

test.each(locks)('%s names the packages of every platform, and no host to fetch them from', (lock) => {
  const { packages } = JSON.parse(readFileSync(join(root, lock), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`])
      .map((name) => `${name} of ${path}`),
  );
  expect(missing).toEqual([]);
  const fetched = Object.values(packages).filter(({ resolved = '' }) => /^https?:/.test(resolved));
  expect(fetched).toEqual([]);
});
