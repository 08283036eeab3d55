import { randomBytes } from 'node:crypto';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { keepingTag } from '@lastgood/domain/workload/registry-image';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { type MadeImage, madeImage } from '@lastgood/testkit/servers/oci-layout';
import { startOciRegistry } from '@lastgood/testkit/servers/oci-registry';
import { type Intercept, startRegistryProxy } from '@lastgood/testkit/servers/registry-proxy';
import { Compile } from 'typebox/compile';
import { afterEach, describe, expect, it } from 'vitest';
import { readChallenge } from './challenge.ts';
import { createOci } from './oci.ts';
import { type OciSettings, ociSettings } from './settings.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
const never = () => new AbortController().signal;
const secret = 'correct-horse';

/** A registry and its backup, of which the backup has the image. */
async function start(
  over: Partial<OciSettings> = {},
  image: MadeImage = madeImage([randomBytes(200_000)]),
  now: () => number = Date.now,
) {
  const [registry, vault] = [await startOciRegistry(), await startOciRegistry()];
  const [primary, backup] = [await startRegistryProxy(registry.url), await startRegistryProxy(vault.url)];
  vault.put('web', image);
  const registries = createOci(
    {
      ...{ host: primary.host, timeoutMs: 1_000, username: 'ada', password: secret },
      backups: [{ name: 'vault', host: backup.host }],
      ...over,
    },
    now,
  );
  open.push(registry.close, vault.close, primary.close, backup.close, registries.close);
  const at = { registry: primary.host, repository: 'web', digest: image.digest };
  const step: StepOf<'restore-image'> = {
    ...{ kind: 'restore-image', ...at, backup: 'vault', tag: keepingTag(image.digest) },
  };
  return {
    ...{ registry, vault, primary, backup, registries, image, at, step },
    read: () => registries.readImage(at, never()),
    attempt: () => attemptStep(registries.restoreImage, step, 'r1/0'),
    restore: async () => (await attemptUntilOver(registries.restoreImage, step, 'r1/0')).at(-1)?.outcome,
  };
}

const refuse =
  (status: number, code: string, headers: Record<string, string> = {}): Intercept =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ errors: [{ code, message: `token ${secret}` }] }));
    return true;
  };

const on =
  (method: string, path: RegExp, then: Intercept): Intercept =>
  (request, response) =>
    request.method === method && path.test(request.url ?? '') ? then(request, response) : false;

describe('who asks', () => {
  /** A token service, and the registry that sends there. */
  async function withTokens(life: number) {
    const asked: { scopes: string[]; authorization: string | undefined }[] = [];
    const tokens = await startLocalServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://tokens');
      asked.push({ scopes: url.searchParams.getAll('scope'), authorization: request.headers.authorization });
      response.end(JSON.stringify({ token: `t${asked.length}`, expires_in: life }));
    });
    open.push(tokens.close);
    const world = await start();
    const taken = new Set<string>();
    world.primary.intercept((request, response) => {
      const token = request.headers.authorization ?? '';
      if (/^Bearer t\d+$/.test(token)) {
        taken.add(token);
        return false;
      }
      const challenge = `Bearer realm="${tokens.url}/token",service="registry",scope="repository:web:pull"`;
      return refuse(401, 'UNAUTHORIZED', { 'www-authenticate': challenge })(request, response);
    });
    return { ...world, asked, taken };
  }

  it('fetches a token by the challenge, for what is to be done, and uses it again', async () => {
    const { restore, asked } = await withTokens(300);
    expect(await restore()).toMatchObject({ kind: 'applied' });
    expect(asked.map(({ scopes }) => scopes.join())).toEqual(
      expect.arrayContaining(['repository:web:pull', 'repository:web:pull,push']),
    );
    const basic = `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`;
    expect(asked.every(({ authorization }) => authorization === basic)).toBe(true);
    // Two scopes; questions that are asked at once may each fetch one.
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it('fetches another when it is over', async () => {
    const { read, asked } = await withTokens(0);
    await read();
    const before = asked.length;
    await read();
    expect(asked.length).toBeGreaterThan(before);
  });

  it('gives its password to the registry that asks for it, and to no other host', async () => {
    const { registry, primary, read, image } = await start();
    const seen: (string | undefined)[] = [];
    const elsewhere = await startLocalServer((request, response) => {
      seen.push(request.headers.authorization);
      const [manifest] = image.manifests;
      response.writeHead(200, { 'content-type': manifest?.mediaType ?? '' }).end(manifest?.bytes);
    });
    open.push(elsewhere.close);
    primary.intercept((request, response) => {
      if (!request.headers.authorization)
        return refuse(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="r"' })(request, response);
      response.writeHead(307, { location: `${elsewhere.url}/stored` }).end();
      return true;
    });
    expect(await read()).toMatchObject({ kind: 'there' });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((one) => one !== undefined)).toEqual([]);
    expect(registry.manifests.size).toBe(0);
  });

  it.each([
    ['a token service without TLS', 'Bearer realm="http://tokens.example/token"', /cannot be asked safely/],
    ['what is not spoken here', 'Negotiate', /not spoken here/],
  ])('is not told to %s', async (_words, challenge, words) => {
    const { primary, read } = await start();
    primary.intercept(refuse(401, 'UNAUTHORIZED', { 'www-authenticate': challenge }));
    const answer = await read();
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(words) });
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it.each([
    ['Basic realm="x"', { scheme: 'basic' }],
    [
      'Bearer realm="https://a/t?x=1,2",service="s",scope="repository:a/b:pull,push"',
      { scheme: 'bearer', realm: 'https://a/t?x=1,2', service: 's', scope: 'repository:a/b:pull,push' },
    ],
    ['Negotiate, Basic realm="x"', { scheme: 'basic' }],
    ['Bearer error="x"', null],
    ['', null],
  ])('reads %s', (header, expected) => expect(readChallenge(header)).toEqual(expected));
});

describe('what an answer means', () => {
  it.each<[string, Intercept, RegExp]>([
    ['too many requests', refuse(429, 'TOOMANYREQUESTS', { 'retry-after': '7' }), /429/],
    ['a fault', refuse(503, 'UNKNOWN'), /503/],
    ['no right', refuse(403, 'DENIED'), /403/],
    [
      'a 404 that is not of a registry',
      (_request, response) => {
        response.writeHead(404).end('<html>no such page</html>');
        return true;
      },
      /404/,
    ],
    [
      'another digest',
      (_request, response) => {
        response.writeHead(200, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }).end();
        return true;
      },
      /answers with sha256:0000/,
    ],
    [
      'an answer without end',
      (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        if (request.method === 'HEAD') response.end();
        else response.end(Buffer.alloc(5 * 1024 * 1024, 'x'));
        return true;
      },
      /larger than any|answers with/,
    ],
  ])('%s is not known, never gone', async (_words, by, words) => {
    const { primary, read } = await start({ timeoutMs: 10_000 });
    primary.intercept(by);
    const answer = await read();
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(words) });
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it('waits as long as it is asked to, in the midst of a copy', async () => {
    const { primary, registries, step } = await start();
    primary.intercept(on('POST', /uploads/, refuse(429, 'TOOMANYREQUESTS', { 'retry-after': '7' })));
    const seen = { parts: { there: 0, total: 3 }, tagged: null, backupHasIt: true };
    const operation = { key: 'r1/0', epoch: 1 };
    expect(await registries.restoreImage.apply(step, seen, operation, never())).toMatchObject({
      ...{ kind: 'retry', afterMs: 7_000, reason: expect.stringMatching(/429/) },
    });
  });

  it('is left alone as long as it has asked for', async () => {
    let now = 0;
    const { primary, read } = await start({}, undefined, () => now);
    primary.intercept(refuse(429, 'TOOMANYREQUESTS', { 'retry-after': '7' }));
    await read();
    primary.intercept(null);
    const asked = primary.log.length;
    expect(await read()).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/429.*7 s more/) });
    expect(primary.log).toHaveLength(asked);
    now = 7_001;
    expect(await read()).toMatchObject({ kind: 'gone' });
  });

  it('says what is missing where nothing may be pushed', async () => {
    const { primary, restore } = await start();
    primary.intercept(on('POST', /uploads/, refuse(403, 'DENIED')));
    expect(await restore()).toMatchObject({
      ...{ kind: 'failed', reason: expect.stringMatching(/403 \(DENIED\)/) },
      advice: expect.stringContaining('right to pull here, and to push'),
    });
  });

  it('says which backup could not be asked', async () => {
    const { backup, read } = await start();
    backup.intercept(() => true);
    const answer = await read();
    expect(answer).toMatchObject({ kind: 'gone', backup: null });
    expect(answer?.kind === 'gone' && answer.backupNotes.join()).toMatch(
      /vault could not be asked.*within 1 s/,
    );
  });

  it('says where it may not even be looked', async () => {
    const { backup, restore } = await start();
    backup.intercept(refuse(403, 'DENIED'));
    expect(await restore()).toMatchObject({
      ...{ kind: 'failed', reason: expect.stringMatching(/403 \(DENIED\).*right to pull here/) },
    });
  });

  it('takes a manifest of a backup that is not of its digest for no manifest', async () => {
    const { vault, image, read, restore, registry } = await start();
    const kept = vault.manifests.get(`web@${image.digest}`);
    const bytes = Buffer.from(`${kept?.bytes.toString()} `);
    vault.manifests.set(`web@${image.digest}`, { mediaType: kept?.mediaType ?? '', bytes });
    const answer = await read();
    expect(answer).toMatchObject({ kind: 'gone', backup: null });
    expect(answer?.kind === 'gone' && answer.backupNotes.join()).toMatch(/it gave a manifest sha256:/);
    expect(await restore()).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/gave a manifest/),
    });
    expect(registry.manifests.size).toBe(0);
  });

  it('takes a backup that lacks a layer for none', async () => {
    const { vault, image, read } = await start();
    vault.blobs.delete(`web@${image.blobs.at(-1)?.digest}`);
    expect(await read()).toMatchObject({ kind: 'gone', backup: null });
  });
});

describe('what is streamed', () => {
  it('and is not of its digest is refused, and never named in the registry', async () => {
    const { vault, registry, image, restore } = await start();
    const layer = image.blobs.at(-1);
    if (!layer) throw new Error('an image has layers');
    vault.blobs.set(`web@${layer.digest}`, randomBytes(layer.bytes.length));
    expect(await restore()).toMatchObject({
      ...{ kind: 'failed', reason: expect.stringContaining(`what it sent for ${layer.digest} is not that`) },
      advice: expect.stringContaining('The backup is damaged'),
    });
    expect(registry.blobs.has(`web@${layer.digest}`)).toBe(false);
    expect(registry.manifests.size).toBe(0);
  });

  it.each([
    ['longer', 1],
    ['shorter', -1],
  ])('and is %s than it should be is refused', async (_words, by) => {
    const { vault, registry, image, restore } = await start();
    const layer = image.blobs.at(-1);
    if (!layer) throw new Error('an image has layers');
    const bytes = by > 0 ? Buffer.concat([layer.bytes, Buffer.alloc(by)]) : layer.bytes.subarray(0, by);
    vault.blobs.set(`web@${layer.digest}`, bytes);
    expect(await restore()).toMatchObject({ kind: 'failed' });
    expect(registry.blobs.has(`web@${layer.digest}`)).toBe(false);
  });

  it('is cut on the way: nothing of it counts, and it is sent again', async () => {
    const { backup, image, attempt, restore, registry } = await start();
    const layer = image.blobs.at(-1);
    backup.intercept((request, response) => {
      if (request.headers.range || !request.url?.endsWith(layer?.digest ?? '-')) return false;
      response.writeHead(200, { 'content-length': layer?.bytes.length ?? 0 });
      response.write(layer?.bytes.subarray(0, 1_000), () => response.destroy());
      return true;
    });
    expect(await attempt()).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
    expect(registry.manifests.size).toBe(0);
    backup.intercept(null);
    expect(await restore()).toMatchObject({ kind: 'applied' });
  });

  it('is not streamed where both repositories are of one registry, but mounted', async () => {
    const registry = await startOciRegistry();
    const proxy = await startRegistryProxy(registry.url);
    const image = madeImage([randomBytes(200_000)]);
    registry.put('mirror/web', image);
    const registries = createOci({
      host: proxy.host,
      backups: [{ name: 'vault', host: proxy.host, repository: 'mirror/{repository}' }],
    });
    open.push(registry.close, proxy.close, registries.close);
    const at = { registry: proxy.host, repository: 'web', digest: image.digest };
    const step = { kind: 'restore-image', ...at, backup: 'vault', tag: keepingTag(image.digest) } as const;
    const attempts = await attemptUntilOver(registries.restoreImage, step, 'r1/0');
    expect(attempts.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
    expect(proxy.log.filter((line) => line.startsWith('PUT /v2/web/blobs'))).toEqual([]);
    expect(registry.blobs.has(`web@${image.blobs[0]?.digest}`)).toBe(true);
  });
});

describe('settings', () => {
  const schema = Compile(ociSettings);
  it('say where a backup keeps what', () => {
    const backup = { name: 'vault', host: 'vault.example', repository: 'mirror/{repository}' };
    expect(schema.Check({ host: 'registry.example:5000', backups: [backup] })).toBe(true);
    expect(
      schema.Check({ host: 'registry.example', backups: [{ ...backup, repository: 'one-for-all' }] }),
    ).toBe(false);
    expect(schema.Check({ host: 'https://registry.example' })).toBe(false);
  });

  it.each<[string, Partial<OciSettings>, string]>([
    ['http to another machine', { url: 'http://registry.example' }, 'without TLS only this machine'],
    ['a password in the URL', { url: `https://me:${secret}@registry.example` }, 'username and password'],
    ['half of the credentials', { username: 'me' }, 'both username and password'],
  ])('refuse %s', (_words, over, words) => {
    const made = () => createOci({ host: 'registry.example', ...over });
    expect(made).toThrow(words);
    expect(made).not.toThrow(secret);
  });

  it('allow http where it is said', async () => {
    const made = createOci({ host: 'registry.example', url: 'http://registry.example', plainHttp: true });
    await made.close();
  });
});
