import { execFile, spawn } from 'node:child_process';
import { chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { migrate } from '../migrate/migrate.ts';
import { createStore } from '../store.ts';
import { query, service, t0 } from '../store-harness.ts';
import { findBinaries } from './binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { findPostmaster, isAlive } from './postmaster.ts';
import { runAs, unprivilegedUser } from './unprivileged.ts';

vi.setConfig({ testTimeout: 60_000 });

const settings = { fsync: 'off' };
const folders: string[] = [];
const running: EmbeddedPostgres[] = [];

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-embedded-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  running.push(postgres);
  return postgres;
}

/** Starts it from a process of its own that is killed at once, as `kill -9` of the server would. */
async function startAndDie(dataDir: string): Promise<void> {
  const module = fileURLToPath(new URL('./embedded-postgres.ts', import.meta.url));
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, settings: { fsync: 'off' } });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const signal = await new Promise((done) => child.on('exit', (_code, by) => done(by)));
  expect(signal).toBe('SIGKILL');
}

test('data, password and port survive; the password is nobody else’s to read', async () => {
  const dataDir = await newFolder();
  const first = await start(dataDir);
  await query(first.url, 'create table kept as select 7 as n');
  await first.stop();
  expect(await findPostmaster(join(dataDir, 'cluster'))).toBeNull();
  const second = await start(dataDir);
  expect(second).toMatchObject({ url: first.url, port: first.port, adopted: false });
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  const file = await stat(join(dataDir, 'password'));
  expect(file.mode & 0o777).toBe(0o600);
  expect(second.url).toContain((await readFile(join(dataDir, 'password'), 'utf8')).trim());
});

test('a server that outlived its parent is adopted, and stopped in the end', async () => {
  const dataDir = await newFolder();
  await startAndDie(dataDir);
  const orphan = await findPostmaster(join(dataDir, 'cluster'));
  const adopted = await start(dataDir);
  expect(adopted).toMatchObject({ adopted: true, port: orphan?.port });
  await adopted.stop();
  await vi.waitFor(() => expect(orphan && isAlive(orphan.pid)).toBe(false), 20_000);
});

test('a killed server leaves a pid file: started again, with its data; also when the number is another program’s now', async () => {
  const dataDir = await newFolder();
  await startAndDie(dataDir);
  const cluster = join(dataDir, 'cluster');
  const orphan = await findPostmaster(cluster);
  if (!orphan) throw new Error('the server should have outlived its parent');
  const pidFile = join(cluster, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8');
  process.kill(orphan.pid, 'SIGKILL');
  await vi.waitFor(() => expect(isAlive(orphan.pid)).toBe(false), 20_000);
  await writeFile(pidFile, text.replace(String(orphan.pid), String(process.pid)));
  const again = await start(dataDir);
  expect(again.adopted).toBe(false);
  expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

/** Of a server: its postmaster, first, and the postmaster's children. */
async function processesOf(dataDir: string): Promise<number[]> {
  const postmaster = await findPostmaster(join(dataDir, 'cluster'));
  if (!postmaster) throw new Error('the server runs');
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(postmaster.pid)]);
  return [postmaster.pid, ...stdout.trim().split(/\s+/).map(Number)];
}

/** A child that served somebody who is gone may end as it is listed. */
function freeze(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGSTOP');
}

/** A process that has ended may wait for its parent to take notice. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/\) [ZX] /.test(stat);
}

test.runIf(process.platform === 'linux')(
  'a server that is frozen as a whole is killed as a whole, and the next start finds its data',
  async () => {
    const dataDir = await newFolder();
    const frozen = await startEmbeddedPostgres({ dataDir, settings });
    const pids = await processesOf(dataDir);
    expect(pids.length).toBeGreaterThan(4);
    pids.forEach(freeze);
    frozen.kill();
    await expect
      .poll(async () => (await Promise.all(pids.map(runs))).filter(Boolean), { timeout: 10_000 })
      .toEqual([]);
    const again = await start(dataDir);
    expect(again.adopted).toBe(false);
    expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  },
);

test.runIf(process.platform === 'linux')(
  'what was asked to stop a server that hangs ends with it as it is killed',
  async () => {
    const dataDir = await newFolder();
    const frozen = await startEmbeddedPostgres({ dataDir, settings });
    (await processesOf(dataDir)).forEach(freeze);
    const stopped = frozen.stop().then(
      () => 'stopped',
      () => 'killed',
    );
    const stops = async () =>
      (await promisify(execFile)('ps', ['-A', '-o', 'args='])).stdout
        .split('\n')
        .filter((args) => /pg_ctl stop/.test(args) && args.includes(dataDir));
    await expect.poll(stops, { timeout: 10_000 }).toHaveLength(1);
    frozen.kill();
    expect(await stopped).toBe('killed');
    expect(await stops()).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'a frozen server that a killed process left behind is not waited for but replaced',
  async () => {
    const dataDir = await newFolder();
    await startAndDie(dataDir);
    (await processesOf(dataDir)).forEach(freeze);
    const again = await start(dataDir);
    expect(again.adopted).toBe(false);
    expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  },
);

test('a folder that a living process uses is refused, and left alone', async () => {
  const dataDir = await newFolder();
  const postgres = await start(dataDir);
  const module = fileURLToPath(new URL('./embedded-postgres.ts', import.meta.url));
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  await new Promise((done) => child.on('exit', done));
  expect(said).toContain(`in use by process ${process.pid}`);
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

const isRoot = process.getuid?.() === 0;

async function closedFolder(): Promise<string> {
  const closed = join(await newFolder(), 'a home of root');
  await mkdir(closed, { mode: 0o700 });
  return closed;
}

test.runIf(isRoot)('data below a folder only root may enter (needs root)', async () => {
  const postgres = await start(join(await closedFolder(), 'data'));
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.runIf(isRoot)('programs below a folder only root may enter (needs root)', async () => {
  const closed = await closedFolder();
  const { initdb } = await findBinaries();
  await cp(dirname(dirname(initdb)), join(closed, 'native'), { recursive: true });
  const as = await unprivilegedUser();
  const data = join(closed, 'data');
  await mkdir(data);
  if (as) await chown(data, as.uid, as.gid);
  await runAs(as, join(closed, 'native/bin/initdb'), ['-D', data, '--no-sync'], [data]);
  expect(await readFile(join(data, 'PG_VERSION'), 'utf8')).toBe('18\n');
});

test.runIf(isRoot)(
  'where root may not pass permissions on, one sentence says what to do (needs root)',
  async () => {
    const closed = await closedFolder();
    const module = fileURLToPath(new URL('./embedded-postgres.ts', import.meta.url));
    const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(join(closed, 'data'))} }).catch((e) => console.log(e.message));`;
    const without = ['--bounding-set=-setpcap', process.execPath, '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)('setpriv', without);
    expect(stdout).toContain(`the user it runs as cannot enter "${closed}"`);
    expect(stdout).toContain('or run chmod o+x');
  },
);

test('the database goes and comes back: typed errors meanwhile, then all is well by itself', async () => {
  const dataDir = await newFolder();
  const first = await start(dataDir);
  await migrate(first.url);
  const store = createStore({ databaseUrl: first.url });
  const states: boolean[] = [];
  const session = store.join('a', { onTopics: () => undefined, onConnection: ({ up }) => states.push(up) });
  await vi.waitFor(() => expect(states).toEqual([true]), 20_000);
  await first.stop();
  expect(await store.health()).toMatchObject({ up: false });
  await expect(store.services.apply(service(), 'ada', t0)).rejects.toMatchObject({
    name: 'StoreUnavailable',
  });
  const second = await start(dataDir);
  expect(second.url).toBe(first.url);
  await store.services.apply(service(), 'ada', t0);
  await vi.waitFor(() => expect(states.at(-1)).toBe(true), 20_000);
  expect(states).toContain(false);
  await session.stop();
  await store.close();
}, 60_000);
