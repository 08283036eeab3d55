import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheus } from './prometheus.ts';

const at = 1_700_000_000_000;
const body = `{"status":"success","data":{"resultType":"scalar","result":[${at / 1000},"1"]}}`;

const run = promisify(execFile);
const missing = await run('openssl', ['version']).then(
  () => null,
  () => 'openssl is not installed',
);
if (missing !== null) process.stderr.write(`skipped: tests of TLS; ${missing}\n`);

describe.skipIf(missing !== null)('over TLS (needs openssl)', () => {
  let folder: string;
  let certificate: string;
  let server: Server;
  let port: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lastgood-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await run('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert]);
    certificate = await readFile(cert, 'utf8');
    server = createServer({ key: await readFile(key), cert: certificate }, (_, response) =>
      response.setHeader('content-type', 'application/json').end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  async function read(host: string, tlsCa?: string) {
    const url = `https://${host}:${port}`;
    const source = createPrometheus(tlsCa === undefined ? { url } : { url, tlsCa });
    const [answer] = await source.read([{ template: 'up', variables: {} }], at, new AbortController().signal);
    await source.close();
    return answer?.reading;
  }

  it('asks a server whose authority is configured', async () => {
    expect(await read('localhost', certificate)).toEqual({ kind: 'value', value: 1 });
  });

  it('does not take an answer from one whose authority is not known, or that has another name', async () => {
    expect(await read('localhost')).toEqual({
      kind: 'unreachable',
      reason: expect.stringContaining('is self-signed and not known here'),
    });
    expect(await read('127.0.0.1', certificate)).toEqual({
      kind: 'unreachable',
      reason: expect.stringContaining('is for another name'),
    });
  });
});
