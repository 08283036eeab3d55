import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Blob {
  digest: string;
  mediaType: string;
  bytes: Buffer;
}

/** An image as it lies in a registry: what it names before what names it. */
export interface MadeImage {
  digest: string;
  blobs: Blob[];
  /** The last one is the image itself. */
  manifests: Blob[];
}

const oci = (kind: string) => `application/vnd.oci.image.${kind}`;

export function blobOf(mediaType: string, bytes: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, mediaType, bytes };
}

const json = (mediaType: string, value: object) => blobOf(mediaType, Buffer.from(JSON.stringify(value)));
const named = ({ digest, mediaType, bytes }: Blob) => ({ mediaType, digest, size: bytes.length });

/** An image of one platform. Each layer is an empty archive with something behind its end that makes it another one. */
export function madeImage(layers: readonly Buffer[], architecture = 'amd64'): MadeImage {
  const archives = layers.map((content) => Buffer.concat([Buffer.alloc(1024), content]));
  const diffs = archives.map((bytes) => blobOf('', bytes).digest);
  const config = json(oci('config.v1+json'), {
    ...{ architecture, os: 'linux', config: {} },
    rootfs: { type: 'layers', diff_ids: diffs },
  });
  const packed = archives.map((bytes) => blobOf(oci('layer.v1.tar+gzip'), gzipSync(bytes)));
  const mediaType = oci('manifest.v1+json');
  const manifest = json(mediaType, {
    ...{ schemaVersion: 2, mediaType, config: named(config) },
    layers: packed.map(named),
  });
  return { digest: manifest.digest, blobs: [config, ...packed], manifests: [manifest] };
}

/** One of several platforms. */
export function madeIndex(images: Record<string, MadeImage>): MadeImage {
  const mediaType = oci('index.v1+json');
  const index = json(mediaType, {
    ...{ schemaVersion: 2, mediaType },
    manifests: Object.entries(images).flatMap(([architecture, { manifests }]) =>
      manifests.map((one) => ({ ...named(one), platform: { architecture, os: 'linux' } })),
    ),
  });
  const all = Object.values(images);
  return {
    digest: index.digest,
    blobs: all.flatMap(({ blobs }) => blobs),
    manifests: [...all.flatMap(({ manifests }) => manifests), index],
  };
}

/** Writes it as a folder that skopeo reads: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md */
export async function writeOciLayout(folder: string, { blobs, manifests }: MadeImage): Promise<void> {
  const store = join(folder, 'blobs', 'sha256');
  await mkdir(store, { recursive: true });
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  for (const { digest, bytes } of [...blobs, ...manifests])
    await writeFile(join(store, digest.slice(7)), bytes);
  const root = manifests.at(-1);
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: root ? [named(root)] : [] }),
  );
}
