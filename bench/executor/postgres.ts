import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@lastgood/store';
import { findPostmaster } from '@lastgood/store/embedded/postmaster';
import pg from 'pg';
import { cpuMs, workingIn } from './cpu.ts';

/** The PostgreSQL that both engines share, made for this run of the bench. */
export interface BenchPostgres {
  version: string;
  createDatabase(name: string): Promise<string>;
  /** What the server has spent so far, for all databases; transactions are those that wrote, by their numbers. */
  spent(): Promise<{ cpuMs: number; transactions: number }>;
  /** SIGKILL to every process of it; resolves when all are gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after its crash recovery. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-bench-'));
  const cluster = join(dataDir, 'cluster');
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir });
  const { url, port } = server;
  const shown = await query(url, 'show server_version');
  return {
    version: String(shown.rows[0].server_version),
    async createDatabase(name) {
      await query(url, `create database ${name}`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).toString();
    },
    async spent() {
      const found = await query(url, 'select pg_snapshot_xmax(pg_current_snapshot())::text::int as count');
      const cpu = await Promise.all((await workingIn(cluster)).map(cpuMs));
      return { cpuMs: cpu.reduce((sum, one) => sum + one, 0), transactions: found.rows[0].count };
    },
    kill: () => killAll(cluster),
    async restart() {
      server = await startEmbeddedPostgres({ dataDir, port });
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** The postmaster first, so that it cannot restart what dies after it, then all that work in its folder, late ones too. */
async function killAll(cluster: string): Promise<void> {
  const postmaster = await findPostmaster(cluster);
  if (!postmaster) throw new Error('the server does not run');
  kill(postmaster.pid);
  for (let left = await workingIn(cluster); left.length > 0; left = await workingIn(cluster)) {
    left.forEach(kill);
    await sleep(5);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // A backend may have noticed the postmaster's death before.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
