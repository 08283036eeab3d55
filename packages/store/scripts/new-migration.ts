import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prismaFolder, readMigrations } from '../src/migrate/migration-files.ts';
import { openSchemaEngine } from '../src/migrate/schema-engine.ts';
import { startScratchPostgres } from './scratch-postgres.ts';

/**
 * `migrate:new NAME` writes the migration that takes the database from the migrations in the repository to
 * `schema.prisma`. Read it before committing it: forward only, first expand, contract in a later release.
 */
const name = process.argv[2]?.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
if (!name) throw new Error('say what the migration does: migrate:new add_run_lanes');

const path = join(prismaFolder, 'schema.prisma');
const schema = { path, content: await readFile(path, 'utf8') };
const scratch = await startScratchPostgres();
try {
  const { engine, close } = await openSchemaEngine(scratch.url, [[schema.path, schema.content]]);
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...(await readMigrations()) },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  await close();
  if (!stdout || stdout.includes('This is an empty migration')) {
    process.stdout.write('schema.prisma asks for nothing new\n');
  } else {
    const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
    const folder = join(prismaFolder, 'migrations', `${stamp}_${name}`);
    await mkdir(folder);
    await writeFile(join(folder, 'migration.sql'), stdout);
    process.stdout.write(
      `wrote ${folder}/migration.sql\nWhen a version that does not know it works as before, make its first line "-- expands".\n`,
    );
  }
} finally {
  await scratch.stop();
}
