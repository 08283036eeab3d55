import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@lastgood/store';
import { absent, findPostmaster } from '@lastgood/store/embedded/postmaster';
import pg from 'pg';

/** The PostgreSQL that both engines share, made for this run of the bench. */
export interface BenchPostgres {
  version: string;
  createDatabase(name: string): Promise<string>;
  /** SIGKILL to every process of it; resolves when all are gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after its crash recovery. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-bench-'));
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir });
  const { url, port } = server;
  const shown = await query(url, 'show server_version');
  return {
    version: String(shown.rows[0].server_version),
    async createDatabase(name) {
      await query(url, `create database ${name}`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).toString();
    },
    kill: () => killAll(join(dataDir, 'cluster')),
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

/** Processes with this working folder; the dead that wait for their parent have none. Linux only. */
async function workingIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const cwd = await readlink(`/proc/${entry}/cwd`).catch(unreadable);
    if (cwd === folder) found.push(Number(entry));
  }
  return found;
}

function unreadable(error: unknown): null {
  // Another user's process is not the server's: that one is ours.
  if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'))
    return null;
  return absent(error);
}
