import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Binaries, findBinaries } from './binaries.ts';
import { CannotStartPostgres } from './cannot-start.ts';
import { freePort, isFreePort } from './free-port.ts';
import { killServer } from './kill-server.ts';
import { giveUpOwnership, takeOwnership } from './owner.ts';
import { absent, findPostmaster } from './postmaster.ts';
import { type RunAs, runAs, unprivilegedUser } from './unprivileged.ts';

const user = 'lastgood';
const database = 'lastgood';

export interface EmbeddedOptions {
  /** Everything lives here and survives: cluster, password (0600), log. Made when missing. */
  dataDir: string;
  /** Default: the port of last time when free, else any free one. */
  port?: number | undefined;
  /** Server settings such as `fsync: 'off'`. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  url: string;
  port: number;
  /** True when the server of a killed process was found running and taken over. */
  adopted: boolean;
  stop(): Promise<void>;
  /** Ends it and its processes at once and asks nobody, whether it hangs or not; the next start recovers from the log. */
  kill(): void;
}

interface Installation {
  binaries: Binaries;
  as: RunAs | null;
  dataDir: string;
  cluster: string;
  password: string;
  /** Its programs end with it. */
  killed: AbortSignal;
}

/**
 * Starts the PostgreSQL that came with npm on a folder, bound to 127.0.0.1, as root too. The server is its own session,
 * so Ctrl-C does not reach it: `stop` ends it. One left behind by a killed process is taken over.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const as = await unprivilegedUser();
  await makeFolder(dataDir, as);
  await takeOwnership(dataDir);
  const killed = new AbortController();
  const installation: Installation = {
    binaries: await findBinaries(),
    as,
    dataDir,
    cluster: join(dataDir, 'cluster'),
    password: await password(dataDir, as),
    killed: killed.signal,
  };
  await initialise(installation);
  const running = await adopt(installation);
  const port = running ?? (await start(installation, options));
  const url = urlOf(installation, port, database);
  await createDatabase(installation, port);
  const postmaster = await findPostmaster(installation.cluster);
  return {
    url,
    port,
    adopted: running !== null,
    async stop() {
      await stopServer(installation);
      await giveUpOwnership(dataDir);
    },
    kill() {
      killed.abort();
      if (postmaster) killServer(postmaster.pid);
    },
  };
}

async function makeFolder(folder: string, as: RunAs | null): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (as) await chown(folder, as.uid, as.gid);
  await chmod(folder, 0o700);
}

async function password(dataDir: string, as: RunAs | null): Promise<string> {
  const file = join(dataDir, 'password');
  const stored = await readFile(file, 'utf8').catch(absent);
  if (stored) return stored.trim();
  const made = randomBytes(24).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  if (as) await chown(file, as.uid, as.gid); // initdb reads it
  return made;
}

/** Beside its final place and renamed: an initdb that was killed half way is thrown away at the next start. */
async function initialise(installation: Installation): Promise<void> {
  if ((await readFile(join(installation.cluster, 'PG_VERSION'), 'utf8').catch(absent)) !== null) return;
  const draft = `${installation.cluster}.new`;
  await rm(draft, { recursive: true, force: true });
  const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const identity = [`--username=${user}`, `--pwfile=${join(installation.dataDir, 'password')}`];
  await command(installation, installation.binaries.initdb, ['-D', draft, ...settings, ...identity]).catch(
    (cause: unknown) => {
      if (cause instanceof CannotStartPostgres) throw cause;
      throw new CannotStartPostgres(`its data folder could not be made: ${lastWords(cause)}`, { cause });
    },
  );
  await rename(draft, installation.cluster);
}

/** The port of a server that already runs on the folder and lets us in; one that does not is stopped. */
async function adopt(installation: Installation): Promise<number | null> {
  const postmaster = await findPostmaster(installation.cluster);
  if (!postmaster) return null;
  const client = new pg.Client({
    connectionString: urlOf(installation, postmaster.port, 'postgres'),
    // The kernel accepts for a server that hangs.
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => undefined); // a broken connection also rejects the query in hand
  try {
    await client.connect();
    await client.query('select 1');
    return postmaster.port;
  } catch {
    // Shutting down, starting up or stuck: whatever it was doing, a fresh start recovers from the log.
    await stopServer(installation, 5).catch(() => killAndWait(installation, postmaster.pid));
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function start(installation: Installation, options: EmbeddedOptions): Promise<number> {
  const lastFile = join(installation.dataDir, 'port');
  const last = Number((await readFile(lastFile, 'utf8').catch(absent)) ?? 0);
  const log = join(installation.dataDir, 'postgres.log');
  for (let attempt = 1; ; attempt++) {
    const isLastFree = last > 0 && attempt === 1 && (await isFreePort(last));
    const port = options.port ?? (isLastFree ? last : await freePort());
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...options.settings,
    };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    const args = ['start', '-w', '-t', '60', '-D', installation.cluster, '-l', log, '-o', flags.join(' ')];
    try {
      await command(installation, installation.binaries.pg_ctl, args);
      await writeFile(lastFile, String(port));
      return port;
    } catch (cause) {
      // Between asking for a free port and binding it another program may have taken it.
      if (options.port !== undefined || attempt === 3) {
        const tail = (await readFile(log, 'utf8').catch(absent))?.split('\n').slice(-8).join('\n');
        throw new CannotStartPostgres(`it did not start on port ${port}; ${log} ends with:\n${tail}`, {
          cause,
        });
      }
    }
  }
}

async function stopServer(installation: Installation, withinSeconds = 30): Promise<void> {
  if (!(await findPostmaster(installation.cluster))) return;
  await command(installation, installation.binaries.pg_ctl, [
    'stop',
    '-w',
    '-t',
    String(withinSeconds),
    '-m',
    'fast',
    '-D',
    installation.cluster,
  ]);
}

/** Its parent, init, takes notice of a killed postmaster in its own time; until then a new one believes that it runs. */
async function killAndWait({ cluster }: Installation, postmaster: number): Promise<void> {
  killServer(postmaster);
  for (let tries = 0; tries < 100 && (await findPostmaster(cluster)) !== null; tries += 1) await sleep(100);
}

function command(installation: Installation, program: string, args: string[]) {
  return runAs(installation.as, program, args, [installation.cluster], installation.killed);
}

/** What a program said before it gave up. */
function lastWords(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return said.split('\n').at(-1) || String(error);
}

async function createDatabase(installation: Installation, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(installation, port, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

function urlOf(installation: Installation, port: number, name: string): string {
  return `postgresql://${user}:${installation.password}@127.0.0.1:${port}/${name}`;
}
