import { randomBytes } from 'node:crypto';
import { type RegistryWorld, registriesContract } from '@lastgood/testkit/contracts/registries';
import { type Blob, type MadeImage, madeImage, madeIndex } from '@lastgood/testkit/servers/oci-layout';
import { startOciRegistry } from '@lastgood/testkit/servers/oci-registry';
import { realRegistryMissing, startRealRegistry } from '@lastgood/testkit/servers/real-registry';
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
    ...{ host: proxy.host, timeoutMs: 1_000 },
    backups: [{ name: 'vault', host: vault.host, repository: 'mirror/{repository}' }],
  });
  open.push(proxy.close, vault.close, registries.close);
  const layer = randomBytes(100_000);
  const [held, lost, nowhere] = [
    madeImage([layer]),
    madeIndex({
      amd64: madeImage([layer, randomBytes(400_000)]),
      arm64: madeImage([randomBytes(5_000)], 'arm64'),
    }),
    madeImage([randomBytes(10)]),
  ];
  await Promise.all([primary.push(repository, held), backup.push(`mirror/${repository}`, lost)]);
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

/** As a pipeline pushes it. */
async function pushTo(url: string, repository: string, image: MadeImage) {
  const send = async (
    method: string,
    to: string,
    body: Uint8Array = Buffer.alloc(0),
    type = 'application/octet-stream',
  ) => {
    const headers = { 'content-type': type };
    const answer = await fetch(to, { method, headers, body: new Uint8Array(body) });
    if (!answer.ok) throw new Error(`${method} ${to} was answered ${answer.status}`);
    return answer;
  };
  const pushBlob = async ({ digest, bytes }: Blob) => {
    const { headers } = await send('POST', `${url}/v2/${repository}/blobs/uploads/`);
    await send('PUT', `${headers.get('location')}&digest=${digest}`, bytes);
  };
  await Promise.all(image.blobs.map(pushBlob));
  for (const { digest, bytes, mediaType } of image.manifests)
    await send('PUT', `${url}/v2/${repository}/manifests/${digest}`, bytes, mediaType);
}

describe.skipIf(missing !== null)(
  `with docker-registry${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    const sides: Awaited<ReturnType<typeof startRealRegistry>>[] = [];
    beforeAll(async () => {
      sides.push(await startRealRegistry({ remembers: true }), await startRealRegistry({ remembers: true }));
    });
    afterEach(closeAll);
    afterAll(async () => {
      await Promise.all(sides.map(({ close }) => close()));
    });

    registriesContract('an OCI registry', async () => {
      const [primary, backup] = sides.map(({ url }) => ({
        url,
        push: (repository: string, image: MadeImage) => pushTo(url, repository, image),
      }));
      if (!primary || !backup) throw new Error('two registries are needed');
      return worldOf(primary, backup);
    });
  },
);
