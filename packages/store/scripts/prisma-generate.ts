import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Generates the Prisma client into `src/generated`. The CLI insists on a schema engine binary, which it would download
 * and which generating never runs: any program that exists satisfies it.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
const result = spawnSync(
  process.execPath,
  [cli, 'generate', '--schema', join(root, 'prisma', 'schema.prisma'), '--no-hints'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  },
);
process.exitCode = result.status ?? 1;
