import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { Migration } from './migration-origins.ts';

/** The repository's `prisma` folder. */
export const prismaFolder = fileURLToPath(new URL('../../../../prisma', import.meta.url));

/** The migrations of the repository as the schema engine wants them. */
export async function readMigrations(baseDir = join(prismaFolder, 'migrations')): Promise<MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    folders.sort().map(async (path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(baseDir, path, 'migration.sql'), 'utf8') },
      },
    })),
  );
  const lock = await readFile(join(baseDir, 'migration_lock.toml'), 'utf8');
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: lock },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}

/** The first line of a migration that only expands, see `docs/decisions/0022-*`. */
const expandsLine = /^-- expands *(\r?\n|$)/;

/** What the database is told of each, the oldest first. */
export function toMigrations({ migrationDirectories }: MigrationList): Migration[] {
  return migrationDirectories.map(({ path, migrationFile: { content } }) => ({
    name: path,
    expands: content.tag === 'ok' && expandsLine.test(content.value),
  }));
}
