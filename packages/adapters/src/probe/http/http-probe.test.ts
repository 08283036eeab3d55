import type { RequestListener } from 'node:http';
import { httpProbeContract } from '@lastgood/testkit/contracts/http-probe';
import { closedPort, type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Resolve } from './guarded-connector.ts';
import { createHttpProbe } from './http-probe.ts';
import type { HttpProbeSettings } from './settings.ts';

const signal = () => new AbortController().signal;

httpProbeContract('the HTTP probe', async () => {
  const server = await startLocalServer((request, response) => {
    const status = Number(request.url?.slice(1));
    response.writeHead(status).end(status === 204 ? undefined : 'body');
  });
  const dead = await closedPort();
  const probe = createHttpProbe({
    allowedAddresses: ['public', `127.0.0.1:${server.port}`, `127.0.0.1:${dead}`],
  });
  const refused = [
    `http://localhost:${server.port}/200`,
    `http://127.0.0.2:${server.port}/200`,
    `http://2130706433:${server.port + 1}/`,
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
  ];
  return {
    probe,
    answering: Object.fromEntries(
      [200, 204, 404, 429, 500, 503].map((status) => [`${server.url}/${status}`, status]),
    ),
    refused,
    refusedAsWritten: refused,
    unreachable: [`http://127.0.0.1:${dead}/`, 'http://no-such-name.invalid/'],
    async close() {
      await probe.close();
      await server.close();
    },
  };
});

describe('the HTTP probe', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function serve(listener: RequestListener): Promise<LocalServer> {
    const server = await startLocalServer(listener);
    closing.push(server.close);
    return server;
  }

  function probeWith(settings: HttpProbeSettings, resolve?: Resolve) {
    const probe = createHttpProbe({ allowedAddresses: ['127.0.0.1', 'rebind.test'], ...settings }, resolve);
    closing.push(probe.close);
    return probe;
  }

  it('judges the address that is dialled, not one that was resolved earlier', async () => {
    let hits = 0;
    const server = await serve((_, response) => {
      hits += 1;
      response.end();
    });
    const answers = ['127.0.0.1', '127.0.0.2'];
    const rebinding: Resolve = (_, done) =>
      done(null, [{ address: answers.shift() ?? '127.0.0.2', family: 4 }]);
    const probe = probeWith({}, rebinding);
    const url = `http://rebind.test:${server.port}/`;
    expect(await probe.get(url, signal())).toMatchObject({ kind: 'answered' });
    expect(await probe.get(url, signal())).toEqual({
      kind: 'unreachable',
      reason: `rebind.test:${server.port} could not be reached.`,
      detail: expect.stringContaining('rebind.test resolves to 127.0.0.2'),
    });
    expect(hits).toBe(1);
  });

  it('refuses a name with one refused address among several', async () => {
    const both: Resolve = (_, done) =>
      done(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ]);
    const result = await probeWith({}, both).get('http://mixed.test/', signal());
    expect(result).toEqual({
      kind: 'unreachable',
      reason: 'mixed.test:80 could not be reached.',
      detail: expect.stringContaining('169.254.169.254'),
    });
  });

  it('asks for what serves now, and tells how old an answer is that a cache gave all the same', async () => {
    const asked: unknown[] = [];
    const server = await serve((request, response) => {
      asked.push(request.headers['cache-control']);
      response.writeHead(200, request.url === '/cached' ? { age: '720' } : {}).end();
    });
    const probe = probeWith({});
    expect(await probe.get(`${server.url}/cached`, signal())).toMatchObject({ status: 200, ageMs: 720_000 });
    expect(await probe.get(`${server.url}/fresh`, signal())).toMatchObject({ status: 200, ageMs: 0 });
    expect(asked).toEqual(['no-cache', 'no-cache']);
  });

  it('follows a few redirects within its host and judges each target anew', async () => {
    const server = await serve((request, response) => {
      const path = request.url ?? '';
      const hops: Record<string, string> = {
        '/a': '/b',
        '/b': `http://127.0.0.1:${server.port}/c`,
        '/metadata': 'http://169.254.169.254/latest/',
        '/file': 'file:///etc/passwd',
        '/loop': '/loop',
      };
      const location = hops[path];
      response
        .writeHead(location === undefined ? 418 : 302, location === undefined ? {} : { location })
        .end();
    });
    const probe = probeWith({});
    expect(await probe.get(`${server.url}/a`, signal())).toMatchObject({ kind: 'answered', status: 418 });
    expect(await probe.get(`${server.url}/metadata`, signal())).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('redirects to another host, which is not followed'),
    });
    expect(await probe.get(`${server.url}/file`, signal())).toMatchObject({ kind: 'refused' });
    expect(await probe.get(`${server.url}/loop`, signal())).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('redirected more than 3 times'),
    });
    const literal = probeWith({ maxRedirects: 0 });
    expect(await literal.get(`${server.url}/a`, signal())).toMatchObject({ kind: 'answered', status: 302 });
  });

  it('sends nothing of ours', async () => {
    let seen: Record<string, unknown> = {};
    const server = await serve((request, response) => {
      seen = { ...request.headers, method: request.method };
      response.end();
    });
    await probeWith({}).get(server.url, signal());
    expect(seen).toEqual({
      method: 'GET',
      host: `127.0.0.1:${server.port}`,
      'user-agent': 'lastgood',
      accept: '*/*',
      'cache-control': 'no-cache',
      connection: 'close',
    });
  });

  it('does not read an endless answer', async () => {
    let sent = 0;
    const server = await serve((_, response) => {
      const more = () => {
        sent += 4096;
        if (response.destroyed) return;
        if (response.write(Buffer.alloc(4096))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    const result = await probeWith({}).get(server.url, signal());
    expect(result).toMatchObject({ kind: 'answered', status: 200 });
    expect(sent).toBeLessThan(20_000_000);
  });

  it.each<[string, RequestListener, string]>([
    ['never answers', () => {}, 'did not answer within 0.2 s'],
    [
      'stops inside its answer',
      (_, response) => response.writeHead(200).write('x'),
      'did not answer within 0.2 s',
    ],
    [
      'dies inside its answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': 10 }).write('x');
        setTimeout(() => response.destroy(), 5);
      },
      'closed the connection',
    ],
  ])('says unreachable of a server that %s', async (_, listener, sentence) => {
    const server = await serve(listener);
    expect(
      await probeWith({ timeoutMs: sentence.includes('0.2 s') ? 200 : 5_000 }).get(server.url, signal()),
    ).toEqual({
      kind: 'unreachable',
      reason: `127.0.0.1:${server.port} could not be reached.`,
      detail: expect.stringContaining(sentence),
    });
  });

  it('tells a closed port, a closed door and a name that is none in the same words', async () => {
    const dead = await closedPort();
    const server = await serve((request) => request.socket.destroy());
    const inner: Resolve = (name, done) =>
      name === 'none.rebind.test'
        ? done(Object.assign(new Error('none'), { code: 'ENOTFOUND' }), [])
        : done(null, [{ address: name.startsWith('meta') ? '169.254.169.254' : '127.0.0.1', family: 4 }]);
    const probe = probeWith({ allowedAddresses: ['127.0.0.1', '*.rebind.test'] }, inner);
    const reasons = await Promise.all(
      [
        `in.rebind.test:${dead}`,
        `in.rebind.test:${server.port}`,
        'meta.rebind.test:80',
        'none.rebind.test:80',
      ].map(async (where) => {
        const { kind, reason = '' } = { reason: '', ...(await probe.get(`http://${where}/`, signal())) };
        return `${kind}: ${reason.replace(where, 'X')}`;
      }),
    );
    expect(new Set(reasons)).toEqual(new Set(['unreachable: X could not be reached.']));
  });

  it('ends in its time while a name does not resolve', async () => {
    const probe = probeWith({ allowedAddresses: ['public'], timeoutMs: 200 }, () => {});
    expect(await probe.get('http://slow.test/', signal())).toMatchObject({
      kind: 'unreachable',
      detail: expect.stringContaining('did not answer within 0.2 s'),
    });
  });

  it('refuses settings that cannot work', () => {
    expect(() => createHttpProbe({ allowedAddresses: ['all'] })).toThrow('allowedAddresses');
  });
});
