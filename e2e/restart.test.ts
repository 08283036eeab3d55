import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@lastgood/store/embedded/free-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lastgood, showsAll, startLastgood } from './lastgood.ts';
import { newestInGit, placeOrders, stackOutputs } from './placed-orders.ts';
import { leftovers, startServerProcess } from './server-process.ts';
import { eventually, runningVersion } from './test-steps.ts';

let lastgood: Lastgood;

beforeAll(async () => {
  lastgood = await startLastgood(showsAll);
  tell('first start');
});

afterAll(() => lastgood?.stop());

function tell(what: string): void {
  process.stdout.write(`${what}: ready after ${(lastgood.startedInMs() / 1000).toFixed(1)} s\n`);
}

interface DeploymentRow {
  id: string;
  status: string;
}

const newest = async () =>
  (await lastgood.get<{ items: DeploymentRow[] }>('/api/v1/deployments?service=sandbox%2Fshop%2Fcatalog'))
    .items[0];

/** Process ids of the embedded Postgres and the sandbox, as they noted them. */
async function companions(): Promise<{ postgres: number; world: number }> {
  const postmaster = await readFile(join(lastgood.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  const world = JSON.parse(await readFile(join(lastgood.dataDir, 'sandbox/world.json'), 'utf8')) as {
    pid: number;
  };
  return { postgres: Number(postmaster.split('\n')[0]), world: world.pid };
}

test('Ctrl-C ends everything, and what was there is there again after the next start', async () => {
  const deployed = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', {
    service: 'sandbox/shop/catalog',
    tag: 'v13',
  });
  expect(deployed.status).toBe(201);
  await eventually(newest, (one) => one?.status === 'completed', 60_000);

  // Under `npm start` each program that waits for the server passes the terminal's signal on once more.
  void lastgood.interrupt('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await lastgood.interrupt('SIGINT')).toEqual({ code: 0, signal: null });
  expect(await leftovers(lastgood.dataDir)).toEqual([]);

  await lastgood.start();
  tell('second start');
  expect(await newest()).toMatchObject({ id: deployed.body.id, status: 'completed' });
  expect(await runningVersion(lastgood, 'catalog')).toBe('v13');
});

test('kill -9 leaves the database and the world running, and the next start takes them over', async () => {
  const before = await companions();
  await lastgood.kill();
  expect(await leftovers(lastgood.dataDir)).not.toEqual([]);
  await lastgood.start();
  tell('start after kill -9');
  expect(await companions()).toEqual(before);
  expect(await newest()).toMatchObject({ status: 'completed' });
  expect(await runningVersion(lastgood, 'catalog')).toBe('v13');
});

interface Shown {
  name: string;
  lacks: string | null;
  waitsFor: string | null;
  services: { name: string; running: string | null }[];
}

/** What the shop shows by now, in its heavy scenarios: those of which this machine has everything. */
async function heavy(): Promise<Shown[]> {
  const { shown } = await lastgood.get<{ shown: Shown[] }>('/api/v1/sandbox');
  return shown.filter(({ name }) => ['migration', 'gitops', 'infrastructure'].includes(name));
}

async function untilPrepared(): Promise<Shown[]> {
  const stands = ({ lacks, services }: Shown) => lacks !== null || services.length > 0;
  return eventually(heavy, (shown) => shown.length === 3 && shown.every(stands), 120_000);
}

async function outsideOfCluster() {
  const folder = join(lastgood.dataDir, 'sandbox');
  const commit = (repository: string) =>
    newestInGit(join(folder, repository), '').then(
      (found) => found.commit,
      () => null,
    );
  return {
    reviews: await commit('gitops/repository.git'),
    stack: await commit('infrastructure/stack.git'),
    outputs: await stackOutputs(join(folder, 'infrastructure/terraform.tfstate')).catch(() => null),
  };
}

test('database, repositories and stack of the shop stay through kill -9 of Lastgood and of its world', async () => {
  const before = await untilPrepared();
  const stood = await outsideOfCluster();
  const { controlUrl } = JSON.parse(await readFile(join(lastgood.dataDir, 'sandbox/world.json'), 'utf8')) as {
    controlUrl: string;
  };
  const withOrders = before.some(({ name, lacks }) => name === 'migration' && lacks === null);
  const placed = withOrders ? placeOrders(lastgood.dataDir, controlUrl, 5) : async () => undefined;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { world } = await companions();
  await lastgood.kill();
  process.kill(world, 'SIGKILL');
  await lastgood.start();
  tell('start after kill -9 of both');
  expect((await companions()).world).not.toBe(world);
  expect(await untilPrepared()).toEqual(before);
  expect(await outsideOfCluster()).toEqual(stood);
  await placed();
});

test('a second Lastgood on the same data stops with a sentence, and the first goes on', async () => {
  const before = await companions();
  const second = startServerProcess(lastgood.dataDir, { LASTGOOD_DATA_DIR: lastgood.dataDir });
  expect((await second.ended).code).toBe(1);
  expect(second.said()).toMatch(/dataDir \(LASTGOOD_DATA_DIR\): found \S+, which process \d+ uses; expected/);
  expect(second.said()).not.toMatch(/\n\s+at /);
  expect(await companions()).toEqual(before);
  expect(await runningVersion(lastgood, 'catalog')).toBe('v13');
});

test('Ctrl-C in the middle of a first start leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-hasty-'));
  const server = startServerProcess(folder, {
    LASTGOOD_PORT: String(await freePort()),
    LASTGOOD_DATA_DIR: folder,
  });
  const begun = async () => (await leftovers(folder)).join('\n');
  await eventually(begun, (running) => /serve\.ts/.test(running) && /postgres/.test(running), 30_000);
  expect((await server.endGroup('SIGINT')).signal).toBeNull();
  expect(await leftovers(folder)).toEqual([]);
  expect(server.said()).not.toContain('Lastgood is at');
  await rm(folder, { recursive: true, force: true });
});

test('Ctrl-C while PostgreSQL makes its data folder is no fault of its start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-hastier-'));
  const server = startServerProcess(folder, {
    LASTGOOD_PORT: String(await freePort()),
    LASTGOOD_DATA_DIR: folder,
  });
  await eventually(
    async () => (await leftovers(folder)).join('\n'),
    (running) => /initdb/.test(running),
    30_000,
  );
  expect((await server.endGroup('SIGINT')).code).toBe(0);
  expect(server.said()).not.toMatch(/cannot start|could not be/);
  expect(await leftovers(folder)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});
