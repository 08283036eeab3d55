import { keepingTag } from '@lastgood/domain/workload/registry-image';
import { retry, type Trouble, troubleOf } from './answers.ts';
import { copyBlob, scopeOf } from './copy-blob.ts';
import { lookAtManifest, type Place } from './look.ts';
import type { Manifest } from './manifest.ts';
import { countParts, type Parts } from './parts.ts';

/** `part`: some is there now and the rest comes with the next attempt. */
export type Copied =
  | { kind: 'whole' }
  | { kind: 'part'; note: string }
  | { kind: 'trouble'; trouble: Trouble };

/** Between two parts, after this long, an attempt ends: a person may have asked to stop, and wants to see how far it is. */
const attemptMs = 20_000;

/**
 * Copies what is missing, blobs first and what names them last, so that nothing in the registry is ever named before it is whole.
 * Every manifest gets a tag of ours, those of an index too: some garbage collectors remove the untagged ones of them
 * (https://github.com/distribution/distribution/issues/3178).
 */
export async function copyImage(
  from: Place,
  to: Place,
  { parts, tag }: { parts: Parts; tag: string },
  signal: AbortSignal,
): Promise<Copied> {
  const began = from.now();
  const missing = parts.blobs.filter(({ isMissing }) => isMissing);
  for (const [done, blob] of missing.entries()) {
    if (done > 0 && from.now() - began > attemptMs) return partly(parts, done);
    const trouble = await copyBlob(from, to, blob, signal);
    if (trouble) return { kind: 'trouble', trouble };
  }
  const root = parts.manifests.at(-1)?.manifest;
  for (const { manifest, isMissing } of parts.manifests) {
    const trouble =
      (isMissing ? await addManifest(to, manifest, signal) : null) ??
      (await setTag(to, manifest, manifest === root ? tag : keepingTag(manifest.digest), signal));
    if (trouble) return { kind: 'trouble', trouble };
  }
  return { kind: 'whole' };
}

function partly(parts: Parts, done: number): Copied {
  const { there, total } = countParts(parts);
  return { kind: 'part', note: `${there + done} of ${total} parts copied so far` };
}

/** Sets a tag that is not there, or is so already; whatever else it names is somebody's. */
async function setTag(
  to: Place,
  manifest: Manifest,
  tag: string,
  signal: AbortSignal,
): Promise<Trouble | null> {
  const look = await lookAtManifest(to, { tag }, signal);
  if (look.kind === 'failed') return look.trouble;
  if (look.kind === 'gone') return putManifest(to, manifest, tag, signal);
  if (look.digest === manifest.digest) return null;
  return { kind: 'refused', reason: `The tag ${tag} names ${look.digest}: somebody else set it.` };
}

/**
 * By its digest, and read back: docker-registry takes a manifest without storing it where it remembers one that its garbage
 * collector has removed since it was started.
 */
async function addManifest(to: Place, manifest: Manifest, signal: AbortSignal): Promise<Trouble | null> {
  const trouble = await putManifest(to, manifest, manifest.digest, signal);
  if (trouble) return trouble;
  const look = await lookAtManifest(to, { digest: manifest.digest }, signal);
  if (look.kind === 'failed') return look.trouble;
  if (look.kind === 'there') return null;
  return {
    kind: 'refused',
    reason: `${to.client.endpoint.where} took ${manifest.digest} and does not have it: it remembers what its garbage collector has removed`,
    advice: 'Restart the registry, which makes it forget what it remembers, then resume.',
  };
}

async function putManifest(
  to: Place,
  { bytes, mediaType, digest }: Manifest,
  reference: string,
  signal: AbortSignal,
): Promise<Trouble | null> {
  const answer = await to.client.upload(
    {
      ...{
        method: 'PUT',
        to: `/v2/${to.repository}/manifests/${reference}`,
        scope: scopeOf(to, 'pull,push'),
      },
      headers: { 'content-type': mediaType },
      body: bytes,
    },
    signal,
  );
  if (answer.kind === 'failed') return retry(answer.reason);
  if (answer.status !== 201) return troubleOf(answer, to.client.endpoint.where, to.now());
  const named = answer.headers['docker-content-digest'];
  if (named === undefined || named === digest) return null;
  return {
    kind: 'refused',
    reason: `${to.client.endpoint.where} took ${digest} as ${String(named).slice(0, 80)}`,
  };
}
