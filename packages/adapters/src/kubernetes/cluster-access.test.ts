import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from './api-client.ts';
import { openCluster } from './cluster-access.ts';

const openssl = hasOpenssl();
if (!openssl)
  process.stdout.write('skipped: TLS to a cluster needs the program openssl to make certificates\n');

const never = () => new AbortController().signal;
const get = { method: 'GET', path: '/version' } as const;

describe.skipIf(!openssl)('a cluster behind TLS (needs openssl)', () => {
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cluster-access-'));
    certificate('server', '127.0.0.1');
    certificate('client', 'lastgood');
    certificate('renewed', 'lastgood-renewed');
    server = createServer(
      {
        key: read('server.key'),
        cert: read('server.crt'),
        ca: [read('client.crt'), read('renewed.crt')],
        requestCert: true,
        rejectUnauthorized: true,
      },
      (request, response) => {
        const name = (request.socket as TLSSocket).getPeerCertificate().subject.CN;
        response.end(JSON.stringify({ name }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const read = (file: string) => readFileSync(join(folder, file));

  function certificate(name: string, commonName: string): void {
    const subject = ['-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const out = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...key, '-days', '2', ...subject, ...out], { stdio: 'pipe' });
  }

  /** Writes a kubeconfig that names its certificates by file, as they are when they rotate. */
  function clientOf(authority: string) {
    const { port } = server.address() as AddressInfo;
    const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority': `${authority}.crt` };
    const user = { 'client-certificate': 'mounted.crt', 'client-key': 'mounted.key' };
    const config = {
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    const kubeconfig = join(folder, 'config');
    writeFileSync(kubeconfig, JSON.stringify(config));
    return createApiClient(openCluster('main', { kubeconfig, requestTimeoutMs: 2_000 }), 2_000, Date.now);
  }

  function mount(name: string): void {
    for (const end of ['crt', 'key']) writeFileSync(join(folder, `mounted.${end}`), read(`${name}.${end}`));
  }

  it('shows the certificate of the kubeconfig, and the new one after it was renewed', async () => {
    mount('client');
    const api = clientOf('server');
    expect(await api(get, never())).toEqual({ kind: 'ok', body: { name: 'lastgood' } });
    mount('renewed');
    expect(await api(get, never())).toEqual({ kind: 'ok', body: { name: 'lastgood-renewed' } });
  });

  it('sends nothing to a server that another authority vouches for', async () => {
    mount('client');
    expect(await clientOf('client')(get, never())).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringMatching(/certificate/),
    });
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
