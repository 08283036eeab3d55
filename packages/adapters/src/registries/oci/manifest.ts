import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { parseStrictJson } from '../../http/strict-json.ts';

/** What a manifest names by its content. */
export interface Descriptor {
  digest: string;
  size: number;
}

/** A manifest as it is kept, to the byte. */
export interface Manifest {
  digest: string;
  mediaType: string;
  bytes: Buffer;
  /** The manifests of an index, one for each platform and more. */
  children: Descriptor[];
  blobs: Descriptor[];
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/media-types.md and Docker's own before it */
const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

export const acceptedManifests = [...indexTypes, ...manifestTypes].join(', ');

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests names 4 MiB. */
export const mostManifestBytes = 4 * 1024 * 1024;
const mostParts = 1_000;

const digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const DescriptorJson = Type.Object({
  digest,
  size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  mediaType: Type.Optional(Type.String({ maxLength: 255 })),
});
const MediaType = Type.Object({ mediaType: Type.Optional(Type.String({ maxLength: 255 })) });
const IndexJson = Type.Object({ manifests: Type.Array(DescriptorJson, { maxItems: mostParts }) });
const ManifestJson = Type.Object({
  config: DescriptorJson,
  layers: Type.Array(DescriptorJson, { maxItems: mostParts }),
});

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Reads the bytes that a registry gave for a digest; in words why that is not the manifest. */
export function readManifest(
  expected: string,
  bytes: Buffer,
  contentType: string | undefined,
): Manifest | { reason: string } {
  const found = digestOf(bytes);
  if (found !== expected) return { reason: `it gave a manifest ${found} for ${expected}` };
  const json = parseStrictJson(bytes);
  const value = json.kind === 'json' ? json.value : null;
  const said = Check(MediaType, value) ? value.mediaType : undefined;
  const mediaType = said ?? contentType?.split(';')[0]?.trim() ?? '';
  const frame = { digest: expected, mediaType, bytes };
  if (indexTypes.includes(mediaType) && Check(IndexJson, value))
    return { ...frame, children: value.manifests, blobs: [] };
  if (manifestTypes.includes(mediaType) && Check(ManifestJson, value))
    return { ...frame, children: [], blobs: [value.config, ...value.layers].filter(isKept) };
  return {
    reason: `the manifest ${expected} is of a kind that is not copied here (${mediaType.slice(0, 80)})`,
  };
}

/** Layers that are not to be distributed lie elsewhere, and no registry asks for them. */
function isKept({ mediaType = '' }: { mediaType?: string }): boolean {
  return !/foreign|nondistributable/.test(mediaType);
}
