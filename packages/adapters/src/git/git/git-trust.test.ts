import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeGitWorlds, missing, type OpenWorld, openGitWorld, orWhyNot } from './git-world-harness.ts';

const never = new AbortController().signal;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(missing !== null)(`the real program${orWhyNot}`, () => {
  let world: OpenWorld;
  beforeEach(async () => {
    world = await openGitWorld();
  });
  afterEach(async () => {
    await world.close();
  });
  afterAll(closeGitWorlds);

  const read = (settings: Parameters<OpenWorld['open']>[0]) =>
    world
      .open(settings)
      .readBranch({ repository: 'deploy', branch: 'main', commit: world.bad, path: 'apps/web' }, never);

  it('goes through the proxy that is configured', async () => {
    const url = 'http://git.example/repository.git';
    expect(await read({ url, proxy: world.host.url })).toMatchObject({ kind: 'seen' });
    expect(world.host.seen.paths[0]).toMatch(/^http:\/\/git\.example\/repository\.git\//);
    expect(await read({ url })).toMatchObject({ kind: 'unreachable' });
  });

  it.skipIf(!hasOpenssl)(
    'trusts the authority that is configured, and no other (needs openssl)',
    async () => {
      const [key, cert] = ['key', 'cert'].map((name) => join(world.real.dir, '..', `${name}.pem`)) as [
        string,
        string,
      ];
      const kind = [
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ];
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      execFileSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
      const tlsCa = readFileSync(cert, 'utf8');
      const server = createServer({ key: readFileSync(key), cert: tlsCa }, (_request, response) => {
        response.writeHead(404).end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/repository.git`;
      try {
        expect(await read({ url })).toMatchObject({ reason: expect.stringMatching(/certificate/) });
        // It was heard, which it is by who trusts it alone.
        expect(await read({ url, tlsCa })).toMatchObject({ reason: expect.stringMatching(/not found/) });
      } finally {
        server.closeAllConnections();
        server.close();
      }
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    'reads a repository of this disk that is of somebody else (needs root)',
    async () => {
      execFileSync('chown', ['-R', '1234:1234', world.real.dir]);
      const url = pathToFileURL(world.real.dir).toString();
      expect(await read({ url })).toMatchObject({ kind: 'seen' });
    },
  );
});
