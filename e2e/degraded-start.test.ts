import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrAdoptWorld } from '@lastgood/sandbox/world/index';
import { startEmbeddedPostgres } from '@lastgood/store';
import { freePort } from '@lastgood/store/embedded/free-port';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startLastgood } from './lastgood.ts';
import { leftovers, type ServerProcess, startServerProcess } from './server-process.ts';
import { eventually } from './test-steps.ts';

let folder: string;
const endings: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-degraded-'));
});

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

function start(environment: Record<string, string> = {}): ServerProcess {
  const server = startServerProcess(folder, environment);
  endings.push(() => server.end('SIGTERM'));
  return server;
}

const configured = (yaml: string) => writeFile(join(folder, 'lastgood.yaml'), yaml);

interface Status {
  sources: { kind: string; name: string; up: boolean; reason: string | null }[];
}

describe('a wrong configuration stops the start', () => {
  test('with every path, what was found and what is expected, and no secret', async () => {
    await configured(
      [
        'metrics: { main: { url: "localhost:9090", bearerToken: "hunter2" } }',
        'evaluator: { intervalSecond: 15 }',
        'runs: { atOnce: many }',
        'notifiers: [{ kind: webhook, name: oncall, url: "https://x.test/", secret: "hunter3" }]',
      ].join('\n'),
    );
    const server = start();
    expect((await server.ended).code).toBe(1);
    expect(server.said()).toMatch(/runs\.atOnce: found "many"; expected .*1/);
    expect(server.said()).toMatch(/metrics\.main\.url: found .*; expected .*https\?/);
    expect(server.said()).toContain('evaluator.intervalSecond: found a key that is not known');
    expect(server.said()).toContain('did you mean intervalSeconds?');
    expect(server.said()).toContain('notifiers.0.secret: found a secret that does not fit');
    expect(server.said()).not.toMatch(/hunter|\n\s+at /);
  });

  test('and so does a variable', async () => {
    const server = start({ LASTGOOD_PORT: 'http' });
    expect((await server.ended).code).toBe(1);
    expect(server.said()).toContain('LASTGOOD_PORT: found "http"; expected a whole number');
  });
});

describe('a port that is taken', () => {
  test('is left for another one when it is the default, with a note', async () => {
    const squatter = await occupy(4600);
    endings.push(() => close(squatter));
    await configured('sandbox: false\n');
    const server = start();
    const url = await eventually(
      async () => /Lastgood is at (http:\S+)/.exec(server.said())?.[1],
      (found) => found !== undefined,
      60_000,
    );
    expect(server.said()).toMatch(/Port 4600 is taken, so Lastgood uses 46\d\d\./);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('stops the start when it was asked for, and leaves nothing behind', async () => {
    const port = await freePort();
    const squatter = await occupy(port);
    endings.push(() => close(squatter));
    const server = start({ LASTGOOD_PORT: String(port), LASTGOOD_DATA_DIR: folder });
    expect((await server.ended).code).toBe(1);
    expect(server.said()).toContain(`found ${port}, which another program uses; expected`);
    expect(server.said()).not.toMatch(/\n\s+at /);
    expect(await leftovers(folder)).toEqual([]);
  });
});

describe('a dependency that is down does not stop the start', () => {
  test('Postgres is waited for: 503 until it answers', async () => {
    const dataDir = join(folder, 'postgres');
    const before = await startEmbeddedPostgres({ dataDir });
    await before.stop();
    const lastgood = await startLastgood({ DATABASE_URL: before.url }, { waitUntilReady: false });
    endings.push(() => lastgood.stop());
    const waiting = await fetch(`${lastgood.url}/readyz`);
    expect(waiting.status).toBe(503);
    expect(waiting.headers.get('retry-after')).toBe('2');
    expect(await waiting.json()).toMatchObject({
      state: 'not_ready',
      parts: { database: { reason: expect.stringContaining('waits for its database') } },
    });
    const api = await fetch(`${lastgood.url}/api/v1/services`);
    expect([api.status, api.headers.get('content-type')]).toEqual([
      503,
      expect.stringContaining('application/problem+json'),
    ]);
    await eventually(
      async () => lastgood.said(),
      (said) => said.includes('The database cannot be used yet'),
      30_000,
    );

    const after = await startEmbeddedPostgres({ dataDir, port: before.port });
    endings.push(() => lastgood.stop().then(after.stop));
    await eventually(
      async () => (await fetch(`${lastgood.url}/readyz`)).status,
      (status) => status === 200,
      30_000,
    );
    const sets = await lastgood.get<{ items: { name: string }[] }>('/api/v1/trigger-sets');
    expect(sets.items.map(({ name }) => name)).toEqual(['default']);
  });

  test('Prometheus and the cluster: it starts, says so, and catches up when they are back', async () => {
    const place = join(folder, 'world');
    const before = await startOrAdoptWorld(place);
    await before.stop();
    const { kubeconfig, prometheusUrl } = before.addresses;
    const config = join(folder, 'production.yaml');
    await writeFile(
      config,
      `sandbox: false\nmetrics: { main: { url: "${prometheusUrl}" } }\nclusters: { prod: { kubeconfig: ${kubeconfig} } }\n`,
    );
    const lastgood = await startLastgood({ LASTGOOD_CONFIG: config });
    endings.push(() => lastgood.stop());
    const sources = async () =>
      (await lastgood.get<Status>('/api/v1/status')).sources.filter(({ kind }) => kind !== 'postgres');
    const down = await eventually(sources, (all) => all.length === 2, 30_000);
    expect(down.map(({ kind, up }) => [kind, up]).sort()).toEqual([
      ['cluster', false],
      ['metrics', false],
    ]);
    for (const { reason } of down) expect(reason).toBeTruthy();

    const declare = await lastgood.send<{ warnings: string[]; summary: { lastKnownGood: unknown } }>(
      'PUT',
      '/api/v1/services/prod/shop/checkout',
      {},
    );
    expect(declare.status).toBe(200);
    expect(declare.body.warnings.join()).toContain('What serves now could not be recorded yet');
    expect(declare.body.summary.lastKnownGood).toBeNull();

    const back = await startOrAdoptWorld(place);
    endings.push(back.stop);
    await eventually(sources, (all) => all.every(({ up }) => up), 40_000);
    const service = await eventually(
      () =>
        lastgood.get<{ summary: { lastKnownGood: { proof: string; version: string } | null } }>(
          '/api/v1/services/prod/shop/checkout',
        ),
      ({ summary }) => summary.lastKnownGood !== null,
      30_000,
    );
    expect(service.summary.lastKnownGood).toMatchObject({ proof: 'presumed_good', version: 'v41' });
  });
});

/** Somebody else's program on this port; none when somebody has it already. */
function occupy(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(server) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
