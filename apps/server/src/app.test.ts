import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import type { AppDependencies } from './app.ts';
import { buildTestApp } from './app-harness.ts';
import { openapiDocument } from './openapi-document.ts';
import type { Operations, Wire } from './operations.ts';
import { ProblemError } from './problems/problem-error.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function start(operations: Partial<Operations> = {}, overrides: Partial<AppDependencies> = {}) {
  const { app } = await buildTestApp(operations, overrides);
  apps.push(app);
  return {
    app,
    ask: (options: InjectOptions) =>
      app.inject({ ...options, headers: { host: 'localhost:4600', ...options.headers } }),
  };
}

const run: Wire<'Run'> = {
  id: 'run-1',
  service: 'c/n/web',
  serviceName: 'web',
  deploymentId: 'd-2',
  targetDeploymentId: 'd-1',
  from: { deploymentId: 'd-2', release: 2, version: 'v2', proof: 'pending', at: '2026-01-01T00:00:00.000Z' },
  target: {
    deploymentId: 'd-1',
    release: 1,
    version: 'v1',
    proof: 'verified',
    at: '2026-01-01T00:00:00.000Z',
  },
  members: [],
  requester: { kind: 'person', name: 'dashboard' },
  reason: 'because',
  status: 'queued',
  verdict: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startsAt: '2026-01-01T00:00:03.000Z',
  startedAt: null,
  finishedAt: null,
  durationSeconds: null,
  sentence: 'starts in 0:03',
  stop: null,
  stopAsked: null,
};

const rollback = {
  method: 'POST',
  url: '/api/v1/deployments/d-2/rollback',
  payload: { startsInSeconds: 3 },
} as const;

describe('the document', () => {
  test('is served and equals the one the client is generated from', async () => {
    const { ask } = await start();
    const served = (await ask({ url: '/api/openapi.json' })).json();
    const checkedIn = JSON.parse(
      await readFile(new URL('../../../packages/api-client/openapi.json', import.meta.url), 'utf8'),
    );
    expect(served).toEqual(checkedIn);
    expect(served).toEqual(JSON.parse(JSON.stringify(await openapiDocument())));
    expect(served.openapi).toBe('3.1.0');
    expect(served.components.schemas).toHaveProperty('LiveFrame');
  });

  test('can be read at /api/docs with nothing from outside', async () => {
    const { ask } = await start();
    const page = await ask({ url: '/api/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    expect((await ask({ url: '/api/docs/js/scalar.js' })).statusCode).toBe(200);
  });
});

describe('the web app', () => {
  test('is served as it is on the disk now, its pages by their addresses', async () => {
    const webRoot = await mkdtemp(join(tmpdir(), 'lastgood-web-'));
    const { ask } = await start({}, { webRoot });
    const page = { url: '/runs/7', headers: { accept: 'text/html' } };
    expect((await ask({ url: '/' })).statusCode).toBe(503);
    expect((await ask(page)).statusCode).toBe(503);
    await mkdir(join(webRoot, 'assets'));
    await writeFile(join(webRoot, 'index.html'), '<p>one</p>');
    await writeFile(join(webRoot, 'assets', 'app-1.js'), '1');
    expect((await ask(page)).body).toBe('<p>one</p>');
    await writeFile(join(webRoot, 'index.html'), '<p>two</p>');
    await writeFile(join(webRoot, 'assets', 'app-2.js'), '2');
    const now = await ask({ url: '/' });
    expect([now.body, now.headers['cache-control']]).toEqual(['<p>two</p>', 'no-cache']);
    const asset = await ask({ url: '/assets/app-2.js' });
    expect([asset.body, asset.headers['cache-control']]).toEqual(['2', expect.stringContaining('immutable')]);
    expect((await ask({ url: '/assets/app-3.js' })).statusCode).toBe(404);
    expect((await ask({ url: '/assets/..%2f..%2fetc/passwd' })).statusCode).toBeGreaterThanOrEqual(400);
    await rm(webRoot, { recursive: true });
  });
});

describe('problems', () => {
  test('an unknown route is a 404 problem', async () => {
    const { ask } = await start();
    const answer = await ask({ url: '/api/v1/nothing' });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 404, type: 'urn:lastgood:problem:not-found' });
  });

  test('a wrong body names each member', async () => {
    const { ask } = await start();
    const answer = await ask({ ...rollback, payload: { startsInSeconds: '3', targett: 'x' } });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { path: '/targett', message: expect.stringMatching(/^is not a known member; known are .*target/) },
        { path: '/startsInSeconds', message: 'must be number' },
      ]),
    );
  });

  test('a wrong query parameter is a 400', async () => {
    const { ask } = await start();
    const answer = await ask({ url: '/api/v1/runs?limit=many' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ path: 'limit', message: 'must be integer' }]);
  });

  test('a query parameter is read as the number it is', async () => {
    const asked: unknown[] = [];
    const { ask } = await start({
      listRuns: async (query) => {
        asked.push(query);
        return { items: [], next: null };
      },
    });
    expect((await ask({ url: '/api/v1/runs?limit=7' })).statusCode).toBe(200);
    expect(asked).toEqual([{ limit: 7 }]);
  });

  test('broken JSON is a 400 problem', async () => {
    const { ask } = await start();
    const answer = await ask({ ...rollback, payload: '{', headers: { 'content-type': 'application/json' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  test('what stands in the way is named with its run', async () => {
    const { ask } = await start({
      rollbackDeployment: async () => {
        throw new ProblemError(409, 'run-active', 'Run 9 is under way.', {
          runId: '9',
          targetDeploymentId: 'd-0',
        });
      },
    });
    const answer = await ask(rollback);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      runId: '9',
      targetDeploymentId: 'd-0',
      detail: 'Run 9 is under way.',
    });
  });

  test('a database that is down is a 503 with Retry-After', async () => {
    const { ask } = await start({
      nowView: async () => {
        throw Object.assign(new Error('gone'), { name: 'StoreUnavailable' });
      },
    });
    const answer = await ask({ url: '/api/v1/now' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json().type).toBe('urn:lastgood:problem:database-down');
  });

  test('an unexpected fault says nothing of its inside', async () => {
    const { ask } = await start({
      nowView: async () => {
        throw new Error('password is hunter2');
      },
    });
    const answer = await ask({ url: '/api/v1/now' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
  });
});

describe('a web page of another site', () => {
  const operations = { rollbackDeployment: async () => run, nowView: async () => ({}) as never };

  test('cannot press the button', async () => {
    const { ask } = await start(operations);
    const answer = await ask({ ...rollback, headers: { origin: 'https://evil.example' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().type).toBe('urn:lastgood:problem:forbidden-origin');
  });

  test('cannot press it from a sandboxed frame either', async () => {
    const { ask } = await start(operations);
    expect((await ask({ ...rollback, headers: { origin: 'null' } })).statusCode).toBe(403);
  });

  test('cannot press it with a form', async () => {
    const { ask } = await start(operations);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await ask({ ...rollback, payload: '{}', headers: { 'content-type': type } });
      expect(answer.statusCode).toBe(415);
    }
    const bare = await ask({ method: 'POST', url: '/api/v1/runs/1/undo' });
    expect(bare.statusCode).toBe(415);
  });

  test('cannot read by rebinding its own name to this address', async () => {
    const { ask } = await start(operations);
    const answer = await ask({ url: '/api/v1/now', headers: { host: 'evil.example:4600' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().type).toBe('urn:lastgood:problem:unknown-host');
  });

  test('cannot listen', async () => {
    const { app } = await start();
    const host = 'localhost:4600';
    await expect(
      app.injectWS('/api/v1/live', { headers: { host, origin: 'https://evil.example' } }),
    ).rejects.toThrow('403');
    await expect(app.injectWS('/api/v1/live', { headers: { host: 'evil.example' } })).rejects.toThrow('403');
  });

  test('while our own page, an allowed one and a program can', async () => {
    const { ask } = await start(operations, {
      guard: { allowedHosts: ['lastgood.example'], allowedOrigins: ['https://ops.example'] },
    });
    const own = { host: 'lastgood.example', origin: 'https://lastgood.example' };
    expect((await ask({ ...rollback, headers: own })).statusCode).toBe(202);
    expect((await ask({ ...rollback, headers: { origin: 'https://ops.example' } })).statusCode).toBe(202);
    expect((await ask(rollback)).statusCode).toBe(202);
    const other = { host: 'lastgood.example', origin: 'http://lastgood.example:81' };
    expect((await ask({ ...rollback, headers: other })).statusCode).toBe(403);
  });
});

describe('tokens', () => {
  const token = 'a-long-random-token';
  const tokens = [{ name: 'ci', sha256: createHash('sha256').update(token).digest('hex') }];
  const operations: Partial<Operations> = {
    rollbackDeployment: async (_id, _input, caller) => ({ ...run, requester: caller }),
  };

  test('are required when they are required', async () => {
    const { ask, app } = await start(operations, { tokens, tokensRequired: true });
    const without = await ask({ url: '/api/v1/now' });
    expect(without.statusCode).toBe(401);
    expect(without.headers['www-authenticate']).toBe('Bearer');
    expect((await ask({ url: '/metrics' })).statusCode).toBe(401);
    await expect(app.injectWS('/api/v1/live', { headers: { host: 'localhost' } })).rejects.toThrow('401');
    expect((await ask({ url: '/healthz', headers: { host: '10.0.0.7:4600' } })).statusCode).toBe(200);
  });

  test('are required however the path is written', async () => {
    const reached: string[] = [];
    const { ask, app } = await start(
      {
        nowView: async () => {
          reached.push('read');
          throw new Error('reached');
        },
        rollbackDeployment: async () => {
          reached.push('write');
          return run;
        },
      },
      { tokens, tokensRequired: true },
    );
    for (const url of ['/%61pi/v1/now', '/api/v%31/now', '/%6Detrics', '/api/v1/./now', '/x/../api/v1/now'])
      expect([url, (await ask({ url })).statusCode]).toEqual([url, 401]);
    expect((await ask({ ...rollback, url: '/%61pi/v1/deployments/d-2/rollback' })).statusCode).toBe(401);
    await expect(app.injectWS('/%61pi/v1/live', { headers: { host: 'localhost' } })).rejects.toThrow('401');
    expect(reached).toEqual([]);
  });

  test('say who asks', async () => {
    const { ask } = await start(operations, { tokens, tokensRequired: true });
    const answer = await ask({ ...rollback, headers: { authorization: `Bearer ${token}` } });
    expect(answer.json().requester).toEqual({ kind: 'ci', name: 'ci' });
  });

  test('that are wrong are refused even where none is needed', async () => {
    const { ask } = await start(operations, { tokens });
    expect((await ask({ ...rollback, headers: { authorization: 'Bearer nope' } })).statusCode).toBe(401);
    expect((await ask({ ...rollback, headers: { authorization: 'Basic eDp5' } })).statusCode).toBe(401);
    expect((await ask(rollback)).json().requester).toEqual({ kind: 'person', name: 'dashboard' });
  });

  test('travel as a subprotocol on a websocket, where a browser cannot set headers', async () => {
    const { app } = await start({}, { tokens, tokensRequired: true });
    const socket = await app.injectWS('/api/v1/live', {
      headers: { host: 'localhost', 'sec-websocket-protocol': `lastgood.v1, bearer.${token}` },
    });
    expect(socket.readyState).toBe(1);
    socket.terminate();
  });
});

describe('Idempotency-Key', () => {
  const once = (headers: Record<string, string>, payload: object = rollback.payload) => ({
    ...rollback,
    payload,
    headers,
  });

  test('gives the same answer again without doing it again', async () => {
    let calls = 0;
    const { ask } = await start({
      rollbackDeployment: async () => ({ ...run, id: `run-${++calls}` }),
    });
    const first = await ask(once({ 'idempotency-key': 'k1' }));
    const second = await ask(once({ 'idempotency-key': '"k1"' }));
    expect(first.statusCode).toBe(202);
    expect(second.statusCode).toBe(202);
    expect(second.body).toBe(first.body);
    expect(second.headers.location).toBe('/api/v1/runs/run-1');
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(calls).toBe(1);
  });

  test('holds for every POST, those that name a run or a hold too', async () => {
    const calls: string[] = [];
    const { ask } = await start({
      undoRun: async (id) => {
        calls.push(id);
        return { ...run, status: 'cancelled' };
      },
    });
    const undo = { ...once({ 'idempotency-key': 'k1' }, {}), url: '/api/v1/runs/run-1/undo' };
    const answers = [await ask(undo), await ask(undo)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(answers[1]?.headers['idempotent-replayed']).toBe('true');
    expect(calls).toEqual(['run-1']);
    const { paths } = (await openapiDocument()) as {
      paths: Record<string, { post?: { parameters?: { name: string }[] } }>;
    };
    for (const [path, { post }] of Object.entries(paths)) {
      if (post)
        expect([path, post.parameters?.map(({ name }) => name)]).toEqual([
          path,
          expect.arrayContaining(['idempotency-key']),
        ]);
    }
  });

  test('is refused when malformed, reused or under way', async () => {
    let release = () => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ask } = await start({
      rollbackDeployment: async () => {
        await blocked;
        return run;
      },
    });
    expect((await ask(once({ 'idempotency-key': '' }))).statusCode).toBe(400);
    expect((await ask(once({ 'idempotency-key': 'ü' }))).statusCode).toBe(400);
    expect((await ask(once({ 'idempotency-key': 'x'.repeat(256) }))).statusCode).toBe(400);
    const pending = ask(once({ 'idempotency-key': 'k2' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const during = await ask(once({ 'idempotency-key': 'k2' }));
    expect(during.statusCode).toBe(409);
    expect(during.headers['retry-after']).toBe('1');
    release();
    expect((await pending).statusCode).toBe(202);
    expect((await ask(once({ 'idempotency-key': 'k2' }, { startsInSeconds: 0 }))).statusCode).toBe(422);
  });

  test('is free again after a refusal', async () => {
    let calls = 0;
    const { ask } = await start({
      rollbackDeployment: async () => {
        calls += 1;
        if (calls === 1) throw new ProblemError(409, 'conflict', 'not now');
        return run;
      },
    });
    expect((await ask(once({ 'idempotency-key': 'k3' }))).statusCode).toBe(409);
    expect((await ask(once({ 'idempotency-key': 'k3' }))).statusCode).toBe(202);
  });
});

describe('the process', () => {
  test('is alive, and ready only with its database', async () => {
    const { ask } = await start({}, { databaseHealth: async () => ({ up: false, reason: 'refused' }) });
    expect((await ask({ url: '/healthz' })).statusCode).toBe(200);
    const ready = await ask({ url: '/readyz' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json().reason).toContain('refused');
  });

  test('shows its figures', async () => {
    const { ask } = await start({ listRuns: async () => ({ items: [], next: null }) });
    await ask({ url: '/api/v1/runs' });
    const figures = (await ask({ url: '/metrics' })).body;
    expect(figures).toContain(
      'lastgood_http_request_duration_seconds_count{method="GET",route="/api/v1/runs",status="200"} 1',
    );
    expect(figures).toContain('lastgood_slots_total');
  });

  test('says so when the web app is not built', async () => {
    const { ask } = await start();
    const page = await ask({ url: '/' });
    expect(page.statusCode).toBe(503);
    expect(page.body).toContain('npm run build');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  });
});
