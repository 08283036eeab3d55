import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedPackages } from './production-packages.ts';

export const root = join(import.meta.dirname, '../..');

/** The workspaces that run somewhere: the server, the pages it serves, and the command. */
export const shipped = ['apps/server', 'apps/web', 'apps/cli'];

export function readLock(): LockedPackages {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: LockedPackages;
  };
  return packages;
}
