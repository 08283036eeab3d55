import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@lastgood/store';
import { findPostmaster } from '@lastgood/store/embedded/postmaster';
import { holdConnections, query } from '@lastgood/store/store-harness';
import { pino } from 'pino';
import { loadConfig } from '../config/load-config.ts';
import { startLastgood } from '../start/start.ts';
import { storeTwoReleases } from './two-releases-harness.ts';

/** A whole server on a PostgreSQL of its own, which it uses as an ordinary user; a test does to the database what it likes. */
export async function startOnOwnDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-outage-'));
  const dataDir = join(folder, 'postgres');
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: { fsync: 'off', max_connections: '40' },
  });
  await administer(["create role app login password 'right'", 'create database app owner app']);
  const url = Object.assign(new URL(postgres.url), {
    username: 'app',
    password: 'right',
    pathname: '/app',
  }).href;
  writeFileSync(
    join(folder, 'lastgood.yaml'),
    `sandbox: false
evaluator: { intervalSeconds: 1 }
notifiers: [{ kind: webhook, name: on-call, url: "http://127.0.0.1:9/", secret: whsec_${Buffer.alloc(24).toString('base64')} }]
`,
  );
  const env = { DATABASE_URL: url, LASTGOOD_PORT: '0' };
  const running = await startLastgood(loadConfig({ env, cwd: folder, pid: 1 }), pino({ level: 'silent' }));
  await running.prepared;
  let made = 0;

  /** As a superuser and past what is done to the others, one after the other. */
  async function administer(statements: readonly string[], database = 'postgres'): Promise<void> {
    const at = Object.assign(new URL(postgres.url), { pathname: `/${database}` });
    at.searchParams.set('options', '-c default_transaction_read_only=off');
    for (const statement of statements) await query(at.href, statement);
  }

  return {
    server: running.url,
    administer,
    /** Ends every session of the server, which has to make new ones. */
    endSessions: () =>
      administer(["select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'"]),
    /** Holds a table until the function it returns is called. */
    async lock(table: string): Promise<() => Promise<void>> {
      const at = Object.assign(new URL(postgres.url), { pathname: '/app' }).href;
      const holding = query(at, `lock table ${table} in access exclusive mode; select pg_sleep(120)`).catch(
        () => undefined, // ended below
      );
      return async () => {
        const holders = "from pg_stat_activity where query like 'lock table%pg_sleep%'";
        await administer([`select pg_terminate_backend(pid) ${holders}`]);
        await holding;
      };
    },
    /** Takes every connection that is left, until the function it returns is called. */
    exhaust: () => holdConnections(url),
    /** To every process of PostgreSQL. */
    async signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
      const postmaster = await findPostmaster(join(dataDir, 'cluster'));
      if (!postmaster) throw new Error('PostgreSQL does not run');
      const { pid } = postmaster;
      // The postmaster first: stopped, it starts no further child.
      process.kill(pid, signal);
      const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(/\s+/);
      for (const child of children) sendTo(Number(child), signal);
    },
    /** A service with a release to take back; the address of the button. */
    async release(): Promise<string> {
      made += 1;
      return `${running.url}/api/v1/deployments/${await storeTwoReleases(url, `svc-${made}`)}/rollback`;
    },
    async stop(): Promise<void> {
      await running.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export type OwnDatabase = Awaited<ReturnType<typeof startOnOwnDatabase>>;

/** A session may have ended by itself meanwhile. */
function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
