import { globSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleProductionTree } from './production-tree.ts';

/*
 * `npm run image:size`: how large what the Dockerfile ships is, part by part; the base image comes on top. Needs npm's
 * registry, or its cache.
 */
const parts = ['node_modules', 'packages', 'apps/server', 'apps/web', 'prisma'];

/** Bytes of the files in a folder. */
export function sizeOf(folder: string): number {
  return globSync('**/*', { cwd: folder })
    .map((path) => lstatSync(join(folder, path)))
    .filter((entry) => entry.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}

export function printSizes(folder: string): void {
  for (const part of parts) line(part, sizeOf(join(folder, part)));
  line('all, without the base image', sizeOf(folder));
}

function line(name: string, bytes: number): void {
  process.stdout.write(`${(bytes / 1e6).toFixed(1).padStart(8)} MB  ${name}\n`);
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-image-'));
  try {
    assembleProductionTree(folder);
    printSizes(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
