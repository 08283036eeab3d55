import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '@lastgood/store/embedded/embedded-postgres';
import { killServer } from '@lastgood/store/embedded/kill-server';
import { findPostmaster } from '@lastgood/store/embedded/postmaster';
import { migrate } from '@lastgood/store/migrate/migrate';
import pg from 'pg';

const run = promisify(execFile);

/** How a backup becomes a server: its files started as they are, or recovered to a point in time, a timeline of its own. */
export type Restore = 'files' | 'point-in-time';

/** A PostgreSQL of a test alone, which may be killed. Every commit waits until it is written. */
export interface KillablePostgres {
  url: string;
  /** kill -9 of the server and all its processes; none that began meanwhile is left to answer. */
  kill(): Promise<void>;
  /** An orderly stop that throws everybody out, as for maintenance. */
  shutDown(): Promise<void>;
  /** Starts it again on the same port; it recovers. */
  start(): Promise<void>;
  /** An online backup of this moment, not started yet. */
  backUp(restore: Restore): Promise<KillablePostgres>;
  remove(): Promise<void>;
}

export async function startKillablePostgres(): Promise<KillablePostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-kill-postgres-'));
  const postgres = await over(dataDir);
  await postgres.start();
  await migrate(postgres.url);
  return postgres;
}

async function over(dataDir: string): Promise<KillablePostgres> {
  const cluster = join(dataDir, 'cluster');
  let server: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined;
  const postgres: KillablePostgres = {
    url: '',
    async start() {
      // What dies is the server, never the machine: what it wrote, the kernel has.
      const settings = { max_connections: '200', fsync: 'off' };
      server = await startEmbeddedPostgres({ dataDir, settings, port: server?.port });
      postgres.url = server.url;
    },
    async kill() {
      const postmaster = await findPostmaster(cluster);
      if (!postmaster) throw new Error('the server does not run');
      killServer(postmaster.pid);
    },
    async shutDown() {
      await server?.stop();
    },
    backUp: async (restore) => over(await copyLive(postgres.url, dataDir, restore)),
    async remove() {
      await server?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return postgres;
}

/** https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyLive(url: string, dataDir: string, restore: Restore): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'lastgood-kill-backup-'));
  const { uid, gid, mode } = await stat(dataDir);
  await chmod(copy, mode);
  await chown(copy, uid, gid);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [from, to] = [join(dataDir, 'cluster'), join(copy, 'cluster')];
  try {
    await client.query("select pg_backup_start('kill', true)");
    await run('cp', ['-a', from, to]);
    const stopped = await client.query('select labelfile from pg_backup_stop(false)');
    // What was written while it was copied.
    await run('cp', ['-a', `${from}/pg_wal/.`, join(to, 'pg_wal')]);
    await writeOwned(join(to, 'backup_label'), stopped.rows[0].labelfile, uid, gid);
  } finally {
    await client.end();
  }
  await rm(join(to, 'postmaster.pid'), { force: true });
  if (restore === 'point-in-time') {
    await writeOwned(join(to, 'recovery.signal'), '', uid, gid);
    const settings = "restore_command = 'false'\nrecovery_target_action = 'promote'\n";
    const auto = join(to, 'postgresql.auto.conf');
    await writeOwned(auto, `${await readFile(auto, 'utf8')}${settings}`, uid, gid);
  }
  await cp(join(dataDir, 'password'), join(copy, 'password'));
  return copy;
}

async function writeOwned(file: string, text: string, uid: number, gid: number): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await chown(file, uid, gid);
}
