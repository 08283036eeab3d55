import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '@lastgood/store/store-harness';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { loadConfig } from '../config/load-config.ts';
import { startLastgood } from './start.ts';

const postgres = usePostgres();
const silent = pino({ level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lastgood-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(async () => {
  await administer('drop database if exists not_made_yet with (force)');
});

function configure(databaseUrl: string) {
  writeFileSync(join(folder, 'lastgood.yaml'), 'evaluator: { intervalSeconds: 1 }\n');
  const env = { DATABASE_URL: databaseUrl, LASTGOOD_PORT: '0' };
  return loadConfig({ env, cwd: folder, pid: 1 });
}

async function until<T>(look: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  for (const endsAt = Date.now() + 15_000; ; ) {
    const value = await look();
    if (good(value)) return value;
    if (Date.now() > endsAt) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Door {
  url: string;
  server: Server;
  port: number;
  /** From now on nothing goes through, and nobody is told. */
  hang(): void;
  drop(): void;
}

/** A way to the database that can be closed. */
async function openDoor(target: URL): Promise<Door> {
  const sockets = new Set<Socket>();
  let hangs = false;
  const server = createServer((client) => {
    sockets.add(client);
    if (hangs) return;
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(upstream);
    client.pipe(upstream).pipe(client);
    const drop = () => [client, upstream].forEach((one) => void one.destroy());
    client.on('error', drop);
    upstream.on('error', drop);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: Object.assign(new URL(target), { port: String(port) }).toString(), server, port, hang, drop };

  function hang(): void {
    hangs = true;
    for (const socket of sockets) socket.unpipe().pause();
  }
  function drop(): void {
    for (const socket of sockets) socket.destroy();
  }
}

test('evaluates slots, says how it is, and stops in order', async () => {
  const running = await startLastgood(configure(postgres.url), silent);
  await running.prepared;
  const status = await until(
    async () => (await fetch(`${running.url}/api/v1/status`)).json() as Promise<Record<string, unknown>>,
    ({ evaluator }) => (evaluator as { state: string }).state !== 'starting',
  );
  expect(status).toMatchObject({ sandbox: false, evaluator: { intervalSeconds: 1 } });
  const socket = new WebSocket(`${running.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { origin: running.url },
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await running.stop();
  expect(await closed).toBe(1001);
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
}, 60_000);

test('a database that takes connections and never answers again does not hold up the stop', async () => {
  const door = await openDoor(new URL(postgres.url));
  const running = await startLastgood(configure(door.url), silent);
  await running.prepared;
  door.hang();
  const asked = fetch(`${running.url}/api/v1/now`).then(
    ({ status }) => status,
    () => 'cut',
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await running.stop().catch((error: unknown) => error);
  expect(performance.now() - began).toBeLessThan(8_000);
  expect([503, 'cut']).toContain(await asked);
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
  door.server.close();
  door.drop();
}, 60_000);

test('waits for a database that is down, answering 503, and begins when it is there', async () => {
  const door = await openDoor(new URL(postgres.url));
  await new Promise((resolve) => door.server.close(resolve));
  const running = await startLastgood(configure(door.url), silent);
  try {
    const ready = await fetch(`${running.url}/readyz`);
    expect(ready.status).toBe(503);
    const api = await fetch(`${running.url}/api/v1/now`);
    expect(api.status).toBe(503);
    expect(api.headers.get('retry-after')).toBe('2');
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
    await new Promise<void>((resolve) => door.server.listen(door.port, '127.0.0.1', resolve));
    await until(
      async () => (await fetch(`${running.url}/readyz`)).status,
      (code) => code === 200,
    );
    expect((await fetch(`${running.url}/api/v1/now`)).status).toBe(200);
  } finally {
    await running.stop();
    await new Promise((resolve) => door.server.close(resolve));
  }
}, 60_000);

interface Wait {
  /** Makes the address of a database that cannot be used, and what mends it; null where only another address would. */
  address(): Promise<{ url: string; mend: (() => Promise<unknown>) | null }>;
  says: RegExp;
}

const administer = (text: string) =>
  query(Object.assign(new URL(postgres.url), { pathname: '/postgres' }).href, text);

const waits: Record<string, Wait> = {
  'a wrong password': {
    async address() {
      const own = new URL(await postgres.createEmptyDatabase());
      await administer(
        `create role tired login password 'right'; alter database ${own.pathname.slice(1)} owner to tired`,
      );
      const url = Object.assign(own, { username: 'tired', password: 'wrong' });
      return { url: url.href, mend: () => administer("alter role tired password 'wrong'") };
    },
    says: /user "tired"\): it refuses the user name or the password/,
  },
  'a database that is not there': {
    async address() {
      const url = Object.assign(new URL(postgres.url), { pathname: '/not_made_yet' });
      return { url: url.href, mend: () => administer('create database not_made_yet') };
    },
    says: /database "not_made_yet" at .*: there is no database of that name/,
  },
  'a host without an address': {
    address: async () => ({ url: 'postgres://ada:hunter2@nowhere.invalid/lastgood', mend: null }),
    says: /database "lastgood" at nowhere\.invalid:5432, user "ada"\): its host has no address/,
  },
  'a refused encryption': {
    address: async () => ({ url: `${postgres.url}?sslmode=verify-full`, mend: null }),
    says: /no encrypted connection comes about; see sslmode/,
  },
};

test.each(Object.entries(waits))(
  '%s at the start is waited for and said, without the password, and answered with 503 meanwhile',
  async (_name, { address, says }) => {
    const { url, mend } = await address();
    const running = await startLastgood(configure(url), silent);
    try {
      const details = await until(
        async () => (await fetch(`${running.url}/readyz`)).text(),
        (text) => says.test(JSON.parse(text).parts.database.reason),
      );
      expect(details).not.toMatch(/hunter2|wrong/);
      const api = await fetch(`${running.url}/api/v1/now`);
      expect([api.status, api.headers.get('retry-after')]).toEqual([503, '2']);
      expect(((await api.json()) as { detail: string }).detail).toMatch(says);
      expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
      if (!mend) return;
      await mend();
      await running.prepared;
      expect((await fetch(`${running.url}/api/v1/now`)).status).toBe(200);
    } finally {
      await running.stop();
    }
  },
  60_000,
);

test('a data folder that cannot be written is named, with what to set', async () => {
  writeFileSync(join(folder, 'file'), '');
  const env = { LASTGOOD_DATA_DIR: join(folder, 'file', 'data'), LASTGOOD_PORT: '0' };
  const config = loadConfig({ env, cwd: folder, pid: 1 });
  await expect(startLastgood(config, silent)).rejects.toThrow(
    /LASTGOOD_DATA_DIR.*cannot be written \(ENOTDIR\)/,
  );
});
