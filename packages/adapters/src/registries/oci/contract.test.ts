import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RegistryWorld, registriesContract } from '@lastgood/testkit/contracts/registries';
import { type MadeImage, madeImage, madeIndex, writeOciLayout } from '@lastgood/testkit/servers/oci-layout';
import { startOciRegistry } from '@lastgood/testkit/servers/oci-registry';
import { realRegistryMissing, skopeo, startRealRegistry } from '@lastgood/testkit/servers/real-registry';
import { hangs, startRegistryProxy, talksNonsense } from '@lastgood/testkit/servers/registry-proxy';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { createOci } from './oci.ts';

const open: (() => Promise<void>)[] = [];
async function closeAll() {
  for (const close of open.splice(0).reverse()) await close();
}

/** A registry to be asked, by its address, and how an image gets into it. */
interface Side {
  url: string;
  push(repository: string, image: MadeImage): Promise<void>;
}

let worlds = 0;

/** A world of its own for each test: repositories that nobody else has. */
async function worldOf(primary: Side, backup: Side): Promise<RegistryWorld> {
  worlds += 1;
  const repository = `shop/web-${worlds}`;
  const proxy = await startRegistryProxy(primary.url);
  const vault = await startRegistryProxy(backup.url);
  const registries = createOci({
    ...{ host: proxy.host, timeoutMs: 400 },
    backups: [{ name: 'vault', host: vault.host, repository: 'mirror/{repository}' }],
  });
  open.push(proxy.close, vault.close, registries.close);
  const layer = randomBytes(300_000);
  const [held, lost, nowhere] = [
    madeImage([layer]),
    madeIndex({
      amd64: madeImage([layer, randomBytes(2_000_000)]),
      arm64: madeImage([randomBytes(5_000)], 'arm64'),
    }),
    madeImage([randomBytes(10)]),
  ];
  await primary.push(repository, held);
  await backup.push(`mirror/${repository}`, lost);
  const imageOf = ({ digest }: MadeImage) => ({ registry: proxy.host, repository, digest });
  return {
    ...{ registries, held: imageOf(held), lost: imageOf(lost), nowhere: imageOf(nowhere) },
    behave(mood) {
      proxy.intercept(mood === 'hangs' ? hangs : mood === 'talks nonsense' ? talksNonsense : null);
      if (mood === 'loses a reply') proxy.loseNextReply();
    },
    async takeTag({ repository: where }, tag) {
      const [manifest] = held.manifests;
      if (!manifest) throw new Error('an image has a manifest');
      const put = await fetch(`${primary.url}/v2/${where}/manifests/${tag}`, {
        ...{
          method: 'PUT',
          headers: { 'content-type': manifest.mediaType },
          body: new Uint8Array(manifest.bytes),
        },
      });
      if (put.status !== 201) throw new Error(`the tag was answered ${put.status}`);
    },
    async tagged({ repository: where }, tag) {
      const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
      const found = await fetch(`${primary.url}/v2/${where}/manifests/${tag}`, { headers: { accept } });
      await found.arrayBuffer();
      return found.headers.get('docker-content-digest');
    },
    emptyBackup: async () =>
      vault.intercept((_request, response) => {
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }));
        return true;
      }),
  };
}

describe('at its wire format', () => {
  afterEach(closeAll);
  registriesContract('an OCI registry', async () => {
    const sides = await Promise.all([startOciRegistry(), startOciRegistry()]);
    open.push(...sides.map(({ close }) => close));
    const [primary, backup] = sides.map(({ url, put }) => ({
      url,
      push: async (...given: Parameters<typeof put>) => put(...given),
    }));
    if (!primary || !backup) throw new Error('two registries are needed');
    return worldOf(primary, backup);
  });
});

const missing = await realRegistryMissing();

describe.skipIf(missing !== null)(
  `with docker-registry${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    const sides: Awaited<ReturnType<typeof startRealRegistry>>[] = [];
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lastgood-images-'));
      sides.push(await startRealRegistry({ remembers: true }), await startRealRegistry({ remembers: true }));
    });
    afterEach(closeAll);
    afterAll(async () => {
      await Promise.all(sides.map(({ close }) => close()));
      await rm(folder, { recursive: true, force: true });
    });

    registriesContract('an OCI registry', async () => {
      const [primary, backup] = sides.map(({ url, host }) => ({
        url,
        async push(repository: string, image: MadeImage) {
          const layout = await mkdtemp(join(folder, 'layout-'));
          await writeOciLayout(layout, image);
          await skopeo(
            ...['copy', '--all', '--preserve-digests', '--dest-tls-verify=false'],
            ...[`oci:${layout}`, `docker://${host}/${repository}:pushed`],
          );
        },
      }));
      if (!primary || !backup) throw new Error('two registries are needed');
      return worldOf(primary, backup);
    });
  },
);
