import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@lastgood/store/embedded/embedded-postgres';
import { migrate } from '@lastgood/store/migrate/migrate';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers GET with the URL of the test server's template database, starting the server first. */
    postgresDoor: string;
  }
}

const prefix = 'lastgood-test-';

/**
 * One PostgreSQL for all test files of a run, started when the first of them asks: a run of pure tests pays nothing. It
 * belongs to the main process; workers ask for it over a local port.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: ReturnType<typeof start> | undefined;
  const door = createServer((_request, response) => {
    started ??= start();
    started.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  project.provide('postgresDoor', await listen(door));
  return async () => {
    door.closeAllConnections();
    door.close();
    if (started) await (await started).stop();
  };
}

async function start() {
  await clearOrphans();
  const dataDir = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
  };
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  await migrate(postgres.url);
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A test run that was killed leaves its server alive: adopted, stopped and removed by the next run. */
async function clearOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0;
    if (!pid || isAlive(pid)) continue;
    await clearOrphan(join(tmpdir(), name)).catch((error: unknown) => {
      // Another run may be clearing it in this moment; what stays is tried again by the next.
      process.stderr.write(`left ${name} behind: ${error}\n`);
    });
  }
}

async function clearOrphan(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, 'cluster'))) await (await startEmbeddedPostgres({ dataDir })).stop();
  await rm(dataDir, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
}
