import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FlagState, flagStateOf } from '@lastgood/domain';
import { flagsContract } from '@lastgood/testkit/contracts/flags';
import { startFaultyProxy, type WayFault } from '@lastgood/testkit/servers/faulty-proxy';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { expect, it } from 'vitest';
import { createHttpFlags } from './http-flags.ts';
import { httpFlags } from './vendor.ts';

const token = 'do-not-tell-anybody';
const flag = { provider: 'own', project: 'shop', environment: 'production', flag: 'new-cart' };

/** A service as the README beside this file asks for it: it refuses what does not come as written there. */
async function startFlagService() {
  const documents = new Map<string, object>([['/flags/production/new-cart', { owner: 'ada' }]]);
  const versions = new Map<string, number>();
  const keys: string[] = [];
  const versionOf = (path: string) => `"${versions.get(path) ?? 1}"`;
  const put = (path: string, document: object) => {
    documents.set(path, document);
    versions.set(path, (versions.get(path) ?? 1) + 1);
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { method, url: path = '', headers } = request;
    const document = documents.get(path);
    if (headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end();
    if (document === undefined) return response.writeHead(404).end();
    if (method === 'GET')
      return response.writeHead(200, { etag: versionOf(path) }).end(JSON.stringify(document));
    const match = headers['if-match'];
    if (match === undefined || headers['idempotency-key'] === undefined) return response.writeHead(428).end();
    if (match !== versionOf(path)) return response.writeHead(412).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    put(path, JSON.parse(Buffer.concat(chunks).toString()));
    keys.push(String(headers['idempotency-key']));
    return response.writeHead(204).end();
  }
  const server = await startLocalServer(async (request, response) => void (await answer(request, response)));
  return { ...server, documents, put, keys };
}

flagsContract('a flag service over HTTP', async () => {
  const service = await startFlagService();
  const proxy = await startFaultyProxy(service.url);
  const url = `${proxy.url}/flags/{environment}/{flag}`;
  const flags = createHttpFlags({ name: 'own', url, token, timeoutMs: 500 });
  const path = '/flags/production/new-cart';
  const become = (fault: WayFault) => () => {
    proxy.fault = fault;
  };
  const put = async (over: FlagState & { archived?: boolean }) =>
    service.put(path, { owner: 'ada', ...service.documents.get(path), ...over });
  return {
    flags,
    flag,
    moves: [
      [true, false],
      [{ percentage: 100 }, { percentage: 10 }],
      ['blue', { variants: { blue: 40, green: 60 } }],
      [
        { on: true, percentage: 100, variant: 'blue' },
        { on: false, percentage: 5, variant: 'green' },
      ],
    ],
    third: { percentage: 33, variants: { red: 100 } },
    put: async (value) => put({ on: true, ...flagStateOf(value) }),
    picture: async () => structuredClone([...service.documents]),
    taken: () => proxy.taken(),
    faults: {
      none: become('none'),
      hangs: become('hangs'),
      garbage: become('garbage'),
      unavailable: become('unavailable'),
      busy: become('busy'),
      forbidden: become('forbidden'),
      'loses-replies': become('loses-replies'),
      'loses-writes': become('loses-writes'),
    },
    archive: (archived) => put({ archived }),
    beforeNextWrite(act) {
      proxy.beforeNextWrite = act;
    },
    secret: token,
    async close() {
      await flags.close();
      await proxy.close();
      await service.close();
    },
  };
});

const never = new AbortController().signal;
const step = { kind: 'set-flag', ...flag, from: true, to: false } as const;

it('keeps what else the service holds, and sends the operation as its key', async () => {
  const service = await startFlagService();
  const flags = createHttpFlags({ name: 'own', url: `${service.url}/flags/{environment}/{flag}`, token });
  service.put('/flags/production/new-cart', { on: true, owner: 'ada', percentage: 25 });
  const seen = await flags.readFlag(flag, never);
  if (seen.kind !== 'seen') throw new Error(seen.reason);
  const result = await flags.setFlag.apply(step, seen.seen, { key: 'r7/2', epoch: 3 }, never);
  expect(result).toMatchObject({ kind: 'applied' });
  expect(service.documents.get('/flags/production/new-cart')).toEqual({
    ...{ on: false, owner: 'ada', percentage: 25 },
  });
  expect(service.keys).toEqual(['r7/2']);
  await flags.close();
  await service.close();
});

it.each([undefined, 'W/"1"', '1'])('does not trust a service whose ETag is %s', async (etag) => {
  const server = await startLocalServer((_request, response) => {
    response.writeHead(200, etag === undefined ? {} : { etag }).end('{"on":true}');
  });
  const flags = createHttpFlags({ name: 'own', url: `${server.url}/{flag}` });
  expect(await flags.readFlag(flag, never)).toEqual({
    kind: 'unreachable',
    reason: 'the flag service answered without a strong ETag',
  });
  await flags.close();
  await server.close();
});

it('refuses what the service refuses, follows no redirect, and keeps its words to itself', async () => {
  const server = await startLocalServer((request, response) => {
    const status =
      request.method === 'GET' ? 200 : Number(new URL(request.url ?? '', 'http://x').pathname.slice(1));
    response
      .writeHead(status, { etag: '"1"', location: 'http://127.0.0.1:9/' })
      .end('{"on":true,"name":"a b"}');
  });
  const flags = createHttpFlags({ name: 'own', url: `${server.url}/{flag}`, token });
  for (const status of [302, 403, 422]) {
    const one = { ...step, flag: String(status) };
    const seen = { value: { on: true }, version: '"1"', archived: false };
    const result = await flags.setFlag.apply(one, seen, { key: 'r1/0', epoch: 1 }, never);
    expect(result).toMatchObject({ kind: 'refused', reason: expect.stringContaining(`HTTP ${status}`) });
    expect(JSON.stringify(result)).not.toContain('a b');
  }
  await flags.close();
  await server.close();
});

it('takes only settings that can work', () => {
  const entry = (url: string) => ({ name: 'own', settings: { url } });
  expect(() => httpFlags.create(entry('https://flags.example.org/all'))).toThrow('do not fit');
  expect(() => httpFlags.create(entry('https://{flag}/'))).toThrow('do not fit');
  expect(() => httpFlags.create(entry('https://me:pw@flags.example.org/{flag}'))).toThrow('into token');
});
