import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from './api-client.ts';
import { openCluster } from './cluster-access.ts';
import type { ClusterSettings } from './cluster-settings.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function kubeconfig(server: string, user: object = {}): string {
  return JSON.stringify({
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

async function clientOf(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  user: object = {},
  timeoutMs = 2_000,
): Promise<ApiClient> {
  const server = await startLocalServer(listener);
  closers.push(() => server.close());
  const access = openCluster('main', {
    kubeconfig: kubeconfig(server.url, user),
    requestTimeoutMs: timeoutMs,
  });
  return createApiClient(access, timeoutMs, () => Date.UTC(2026, 0, 1));
}

const never = () => new AbortController().signal;
const get = { method: 'GET', path: '/x' } as const;
const patch = { method: 'PATCH', path: '/x', body: [], contentType: 'application/json-patch+json' } as const;

/** Answers every request the same. */
function answering(code: number, body: string, headers: Record<string, string> = {}) {
  return (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(code, headers).end(body);
}

describe('the answers of an API server', () => {
  const status = { kind: 'Status', reason: 'Invalid', message: 'no', details: {} };

  it('reads a Status, also one wrapped in a JSON string, and plain text', async () => {
    for (const body of [JSON.stringify(status), JSON.stringify(JSON.stringify(status))]) {
      const api = await clientOf(answering(422, body));
      expect(await api(patch, never())).toEqual({
        kind: 'rejected',
        code: 422,
        why: 'lost-fence',
        message: '422 Invalid: no',
        causes: [],
        right: null,
        retryAfterMs: null,
      });
    }
    const api = await clientOf(answering(404, '404 page not found\n'));
    expect(await api(get, never())).toMatchObject({ code: 404, message: '404: 404 page not found' });
  });

  it('reads causes and both forms of Retry-After', async () => {
    const causes = [{ field: 'spec.replicas', message: 'must not be negative' }];
    const invalid = await clientOf(answering(422, JSON.stringify({ ...status, details: { causes } })));
    expect(await invalid(patch, never())).toMatchObject({ causes: ['spec.replicas: must not be negative'] });
    const seconds = await clientOf(answering(429, '{}', { 'retry-after': '7' }));
    expect(await seconds(patch, never())).toMatchObject({ code: 429, retryAfterMs: 7_000 });
    const date = await clientOf(answering(503, '<html>', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }));
    expect(await date(patch, never())).toMatchObject({ code: 503, retryAfterMs: 9_000 });
  });

  it('says not sent when nobody listens', async () => {
    const kube = kubeconfig(`http://127.0.0.1:${await closedPort()}`);
    const api = createApiClient(
      openCluster('main', { kubeconfig: kube, requestTimeoutMs: 500 }),
      500,
      Date.now,
    );
    expect((await api(patch, never())).kind).toBe('not-sent');
  });

  it('says lost when the connection breaks, the answer is cut or the deadline passes', async () => {
    const breaking = await clientOf((request) => void request.socket.destroy());
    expect(await breaking(patch, never())).toMatchObject({ kind: 'lost', timedOut: false });
    const cut = await clientOf(answering(200, '{"metadata":'));
    expect((await cut(patch, never())).kind).toBe('lost');
    const silent = await clientOf(() => {}, {}, 150);
    expect(await silent(patch, never())).toMatchObject({ kind: 'lost', timedOut: true });
  });

  it('stops when it is cancelled', async () => {
    const silent = await clientOf(() => {});
    const answer = await silent(patch, AbortSignal.timeout(50));
    expect(answer).toMatchObject({ kind: 'lost', reason: expect.stringContaining('cancelled') });
    expect((await silent(patch, AbortSignal.abort())).kind).toBe('not-sent');
  });

  it('sends a read a second time after a broken connection, and a write never', async () => {
    const methods: (string | undefined)[] = [];
    const api = await clientOf((request, response) => {
      methods.push(request.method);
      if (methods.length % 2 === 1) request.socket.destroy();
      else response.end('{}');
    });
    expect((await api(get, never())).kind).toBe('ok');
    expect((await api(patch, never())).kind).toBe('lost');
    expect(methods).toEqual(['GET', 'GET', 'PATCH']);
  });
});

describe('credentials that are renewed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  const place = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Takes the newest token only, as a server does once an old one has expired. */
  async function serverOf(accepted: { token: string }) {
    const seen: string[] = [];
    const server = await startLocalServer((request, response) => {
      const { authorization = '' } = request.headers;
      seen.push(`${request.method} ${authorization}`);
      if (authorization === `Bearer ${accepted.token}`) return void response.end('{}');
      response.writeHead(401).end(JSON.stringify({ reason: 'Unauthorized', message: 'Unauthorized' }));
    });
    closers.push(() => server.close());
    return { url: server.url, seen };
  }
  const clientFor = (settings: Partial<ClusterSettings>) => {
    const whole = { requestTimeoutMs: 2_000, ...settings };
    return createApiClient(openCluster('main', whole), 2_000, Date.now);
  };

  it('reads the tokenFile of a kubeconfig user again when it changes', async () => {
    const accepted = { token: 'first' };
    const { url } = await serverOf(accepted);
    place('token', 'first\n');
    const config = place('by-file', kubeconfig(url, { tokenFile: 'token', token: 'stale' }));
    const api = clientFor({ kubeconfig: config });
    expect((await api(get, never())).kind).toBe('ok');
    accepted.token = 'second-token';
    place('token', 'second-token\n');
    expect((await api(get, never())).kind).toBe('ok');
  });

  it('takes a tokenFile of the settings instead of the token of the kubeconfig', async () => {
    const { url } = await serverOf({ token: 'mine' });
    const api = clientFor({
      kubeconfig: kubeconfig(url, { token: 'other' }),
      tokenFile: place('own', 'mine'),
    });
    expect((await api(get, never())).kind).toBe('ok');
  });

  it('keeps the last token while its file is away or empty, and says so when there never was one', async () => {
    const { url } = await serverOf({ token: 'kept' });
    const file = place('away', 'kept');
    const api = clientFor({ kubeconfig: kubeconfig(url), tokenFile: file });
    expect((await api(get, never())).kind).toBe('ok');
    place('away', '');
    expect((await api(get, never())).kind).toBe('ok');
    rmSync(file);
    expect((await api(get, never())).kind).toBe('ok');
    const without = clientFor({ kubeconfig: kubeconfig(url), tokenFile: join(folder, 'nowhere') });
    expect(await without(get, never())).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringContaining('token file'),
    });
  });

  it('follows a kubeconfig file that is replaced, its server included, and not one that is half written', async () => {
    const [one, two] = [await serverOf({ token: 'a' }), await serverOf({ token: 'b' })];
    const file = place('replaced', kubeconfig(one.url, { token: 'a' }));
    const api = clientFor({ kubeconfig: file });
    expect((await api(get, never())).kind).toBe('ok');
    place('replaced', 'clusters: [{ name: ');
    expect((await api(get, never())).kind).toBe('ok');
    place('replaced', kubeconfig(two.url, { token: 'b' }));
    expect((await api(get, never())).kind).toBe('ok');
    expect([one.seen.length, two.seen.length]).toEqual([2, 1]);
  });

  it('runs the program that makes a token again when the token is not accepted, and repeats the write', async () => {
    const accepted = { token: 'first' };
    const { url, seen } = await serverOf(accepted);
    const token = place('made', 'first');
    const program = place(
      'make.cjs',
      `console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: require('fs').readFileSync(${JSON.stringify(token)}, 'utf8') } }))`,
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [program],
    };
    const api = clientFor({ kubeconfig: kubeconfig(url, { exec }) });
    expect((await api(patch, never())).kind).toBe('ok');
    accepted.token = 'second';
    place('made', 'second');
    expect((await api(patch, never())).kind).toBe('ok');
    expect(seen).toEqual(['PATCH Bearer first', 'PATCH Bearer first', 'PATCH Bearer second']);
  });

  it('does not repeat what is refused while the credentials are the same', async () => {
    const { url, seen } = await serverOf({ token: 'other' });
    const api = clientFor({ kubeconfig: kubeconfig(url, { token: 'mine' }) });
    expect(await api(patch, never())).toMatchObject({ kind: 'rejected', why: 'not-authenticated' });
    expect(seen).toHaveLength(1);
  });
});

describe('the way to a cluster', () => {
  it('sends the credentials of the kubeconfig over kept connections', async () => {
    const seen: (string | undefined)[] = [];
    const ports = new Set<number | undefined>();
    const api = await clientOf(
      (request, response) => {
        seen.push(request.headers.authorization);
        ports.add(request.socket.remotePort);
        response.end('{}');
      },
      { token: 'secret' },
    );
    for (let i = 0; i < 20; i++) await api(get, never());
    expect(seen).toEqual(Array(20).fill('Bearer secret'));
    // The pool may open a second one before it knows that the first is free again.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('sends a user name and password as basic authentication', async () => {
    let seen: string | undefined;
    const api = await clientOf(
      (request, response) => {
        seen = request.headers.authorization;
        response.end('{}');
      },
      { username: 'me', password: 'secret' },
    );
    await api(get, never());
    expect(seen).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  });

  it('sends nothing in the clear to another machine', async () => {
    const kube = kubeconfig('http://192.0.2.1:8080', { token: 'secret' });
    const api = createApiClient(
      openCluster('main', { kubeconfig: kube, requestTimeoutMs: 500 }),
      500,
      Date.now,
    );
    expect(await api(get, never())).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringContaining('HTTP'),
    });
  });

  it('names what is wrong with its settings', () => {
    const open = (more: object) => () => openCluster('main', { requestTimeoutMs: 1, ...more });
    expect(open({})).toThrow(/cluster main.*kubeconfig/);
    expect(open({ kubeconfig: '/does/not/exist' })).toThrow(/no kubeconfig file/);
    expect(open({ kubeconfig: kubeconfig('http://x'), context: 'y' })).toThrow(
      /context that is set is not in.*it has x/,
    );
    expect(open({ kubeconfig: kubeconfig('http://x'), inCluster: true })).toThrow(/not both/);
    expect(open({ kubeconfig: 'users: [{ token: hunter2\n' })).toThrow(/cannot be read at \(line:column\)/);
    expect(open({ kubeconfig: 'users: [{ token: hunter2\n' })).not.toThrow(/hunter2/);
  });
});
