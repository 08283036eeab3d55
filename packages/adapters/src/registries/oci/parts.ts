import pLimit from 'p-limit';
import { retry, type Trouble } from './answers.ts';
import { type BlobLook, fetchManifest, type Look, lookAtBlob, type Place } from './look.ts';
import type { Descriptor, Manifest } from './manifest.ts';

/** What an image consists of, and what of it the place it should be at does not have. */
export interface Parts {
  /** What an index names comes before the index: a registry refuses one whose manifests it does not have. */
  manifests: { manifest: Manifest; isMissing: boolean }[];
  blobs: (Descriptor & { isMissing: boolean })[];
  /** Of all of them together. */
  bytes: number;
}

const mostManifests = 200;
const mostBlobs = 2_000;
const atOnce = 6;

/**
 * All parts of an image, at `place` or, as far as they are missing there, at `backup`. *Gone*: some are at neither.
 *
 * @param backup null to look at `place` alone
 */
export async function lookAtParts(
  place: Place,
  backup: Place | null,
  digest: string,
  signal: AbortSignal,
): Promise<Look<{ parts: Parts }>> {
  const manifests: Parts['manifests'] = [];
  const failed = await collect(digest, new Set());
  if (failed) return failed;
  const blobs = new Map(manifests.flatMap(({ manifest }) => manifest.blobs).map((one) => [one.digest, one]));
  if (blobs.size > mostBlobs) return tooMany;
  const limit = pLimit(atOnce);
  const looked = await Promise.all(
    [...blobs.values()].map((blob) => limit(() => lookAtBlobs(place, backup, blob, signal))),
  );
  const bad = looked.find((one) => one.kind !== 'there');
  if (bad) return looked.find((one) => one.kind === 'gone') ?? bad;
  const found = looked.flatMap((one) => (one.kind === 'there' ? [one.blob] : []));
  const bytes = [
    ...found.map(({ size }) => size),
    ...manifests.map(({ manifest }) => manifest.bytes.length),
  ].reduce((sum, size) => sum + size, 0);
  return { kind: 'there', parts: { manifests, blobs: found, bytes } };

  /** Null when all below is collected. */
  async function collect(
    one: string,
    above: Set<string>,
  ): Promise<Exclude<Look<object>, { kind: 'there' }> | null> {
    if (manifests.some(({ manifest }) => manifest.digest === one)) return null;
    if (manifests.length >= mostManifests || above.size > 4 || above.has(one)) return tooMany;
    const here = await fetchManifest(place, one, signal);
    const found = here.kind === 'gone' && backup ? await fetchManifest(backup, one, signal) : here;
    if (found.kind !== 'there') return found;
    for (const child of found.manifest.children) {
      const below = await collect(child.digest, new Set([...above, one]));
      if (below) return below;
    }
    manifests.push({ manifest: found.manifest, isMissing: here.kind === 'gone' });
    return null;
  }
}

async function lookAtBlobs(
  place: Place,
  backup: Place | null,
  blob: Descriptor,
  signal: AbortSignal,
): Promise<Look<{ blob: Parts['blobs'][number] }>> {
  const here = await lookAtBlob(place, blob, signal);
  if (here.kind === 'there') return { kind: 'there', blob: { ...blob, isMissing: false } };
  if (here.kind === 'failed' || !backup) return asFailed(here);
  const there = await lookAtBlob(backup, blob, signal);
  return there.kind === 'there' ? { kind: 'there', blob: { ...blob, isMissing: true } } : asFailed(there);
}

/** What is only cut may be there. */
function asFailed<L extends BlobLook>(
  look: L,
): Exclude<L, { kind: 'cut' }> | Extract<Look<object>, { kind: 'failed' }> {
  if (look.kind === 'cut') return { kind: 'failed', trouble: look.trouble };
  return look as Exclude<L, { kind: 'cut' }>;
}

const refused: Trouble = {
  ...retry(''),
  kind: 'refused',
  reason: 'The image has more parts than are copied here.',
};
const tooMany = { kind: 'failed', trouble: refused } as const;

/** How many parts there are, and how many of them are missing. */
export function countParts({ manifests, blobs }: Parts): { there: number; total: number } {
  const all = [...manifests, ...blobs];
  return { there: all.filter(({ isMissing }) => !isMissing).length, total: all.length };
}
