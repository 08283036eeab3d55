import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noCertificates, selfMadeCertificate } from './certificate-harness.ts';
import { createReceiverClient } from './receiver-client.ts';
import { faultIn } from './receiver-fault.ts';
import { startReceiver } from './receiver-harness.ts';

const signal = () => new AbortController().signal;

function clientOf(url: string, tlsCa?: string) {
  const settings = { title: 'Pager', url: new URL(url), headers: {}, secrets: ['hunter2'] };
  return createReceiverClient({ ...settings, tlsCa, timeoutMs: 10_000 }, () => 0);
}

it('asks below the path of its address', async () => {
  const receiver = await startReceiver(() => ({ status: 200, json: { a: 1 } }));
  const client = clientOf(`${receiver.url}/base/`);
  const answer = await client.ask({ method: 'PUT', path: '/x?y=1', body: { b: '🚀' } }, signal());
  expect(answer).toMatchObject({ kind: 'answered', status: 200, json: { a: 1 }, text: '{"a":1}' });
  expect(receiver.seen).toMatchObject([{ method: 'PUT', path: '/base/x?y=1', body: { b: '🚀' } }]);
  await Promise.all([client.close(), receiver.close()]);
});

it('takes an answer that can be read in two ways for none', async () => {
  const receiver = await startReceiver(() => ({ status: 200, text: '{"a":1,"a":2}' }));
  const client = clientOf(receiver.url);
  expect(await client.ask({ method: 'GET', path: '/' }, signal())).toMatchObject({ json: undefined });
  await Promise.all([client.close(), receiver.close()]);
});

it('says what was said in one line, cut, and without what is secret', async () => {
  const client = clientOf('http://127.0.0.1:1');
  const answer = { kind: 'answered', status: 418, headers: {}, json: undefined, text: '' } as const;
  expect(client.failed(answer, 'no\nhunter2 here.')).toEqual({
    kind: 'refused',
    reason: "Pager answered HTTP 418 I'm a Teapot: no … here.",
  });
  expect(client.failed({ ...answer, status: 599 }, 'x'.repeat(900)).reason).toHaveLength(326);
  expect(client.failed(answer, null).reason).toBe("Pager answered HTTP 418 I'm a Teapot.");
  await client.close();
});

it('honours what is asked for, ten minutes at the most', async () => {
  const client = clientOf('http://127.0.0.1:1');
  const answer = { kind: 'answered', status: 503, json: undefined, text: '' } as const;
  const afterMs = (asked: string | undefined, otherwise: number | null = null) =>
    client.later({ ...answer, headers: { 'retry-after': asked } }, null, otherwise);
  expect(afterMs('30')).toMatchObject({ afterMs: 30_000 });
  expect(afterMs('Thu, 01 Jan 2099 00:00:00 GMT')).toMatchObject({ afterMs: 600_000 });
  expect(afterMs('soon', 60_000)).toMatchObject({ afterMs: 60_000 });
  expect(afterMs(undefined, 86_400_000)).toMatchObject({ afterMs: 600_000 });
  expect(afterMs(undefined)).toMatchObject({ afterMs: null });
  await client.close();
});

describe.skipIf(noCertificates !== null)(
  `over TLS${noCertificates ? ` (skipped: ${noCertificates})` : ''}`,
  () => {
    let certificate: string;
    let server: Server;
    let port: number;
    beforeAll(async () => {
      const made = selfMadeCertificate('DNS:localhost');
      certificate = made.cert;
      server = createServer(made, (_, response) => response.end('{}'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    async function ask(host: string, tlsCa?: string) {
      const client = clientOf(`https://${host}:${port}`, tlsCa);
      const answer = await client.ask({ method: 'GET', path: '/' }, signal());
      await client.close();
      return answer;
    }

    it('asks one whose authority is configured', async () => {
      expect(await ask('localhost', certificate)).toMatchObject({ status: 200 });
    });

    it('is refused by a certificate that is not trusted, or is for another name: no other try would meet another', async () => {
      const unknown = await ask('localhost');
      expect(unknown).toEqual({
        kind: 'refused',
        reason: expect.stringContaining('is self-signed and not known here'),
      });
      expect(await ask('127.0.0.1', certificate)).toEqual({
        kind: 'refused',
        reason: expect.stringContaining('is for another name'),
      });
      const blame = () => ({ setting: 'url', advice: '' });
      expect(faultIn(unknown, () => ({ kind: 'delivered' }), blame)).toMatchObject({ setting: 'tlsCa' });
    });
  },
);
