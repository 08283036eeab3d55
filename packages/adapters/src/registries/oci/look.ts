import { Buffer } from 'node:buffer';
import { readBody } from '../../http/read-body.ts';
import { errorCode, goneCodes, type Trouble, troubleOf } from './answers.ts';
import { acceptedManifests, digestOf, type Manifest, mostManifestBytes, readManifest } from './manifest.ts';
import type { Answered, Failed, Opened, RegistryClient } from './registry-client.ts';

/** A repository of a registry, as it is asked. */
export interface Place {
  client: RegistryClient;
  repository: string;
  now: () => number;
}

/** `failed`: nobody knows. */
export type Look<Found> =
  | ({ kind: 'there' } & Found)
  | { kind: 'gone' }
  | { kind: 'failed'; trouble: Trouble };

const errorBytes = 65_536;

type Reference = { digest: string } | { tag: string };

const pull = ({ repository }: Place) => `repository:${repository}:pull`;
const nameOf = (reference: Reference) => ('tag' in reference ? reference.tag : reference.digest);

async function askManifest(
  place: Place,
  method: 'HEAD' | 'GET',
  reference: Reference,
  signal: AbortSignal,
): Promise<Answered | { kind: 'failed'; trouble: Trouble }> {
  const { client, repository } = place;
  const answer = await client.ask(
    {
      ...{ method, to: `/v2/${repository}/manifests/${nameOf(reference)}`, scope: pull(place) },
      headers: { accept: acceptedManifests },
    },
    signal,
    mostManifestBytes,
  );
  return answer.kind === 'answered' ? answer : unanswered(answer.reason);
}

function unanswered(reason: string): { kind: 'failed'; trouble: Trouble } {
  return { kind: 'failed', trouble: { kind: 'retry', reason, afterMs: 5_000 } };
}

function nonsense({ client }: Place, why: string): { kind: 'failed'; trouble: Trouble } {
  return { kind: 'failed', trouble: { kind: 'refused', reason: `${client.endpoint.where}: ${why}` } };
}

/**
 * Whether a manifest is there. *Gone* is what the registry itself says in its own words: a 404 without them may come from
 * anybody on the way. *There* is what it names the digest of; else the manifest is read.
 */
export async function lookAtManifest(
  place: Place,
  reference: Reference,
  signal: AbortSignal,
): Promise<Look<{ digest: string; bytes: number | null }>> {
  const head = await askManifest(place, 'HEAD', reference, signal);
  if (head.kind === 'failed') return head;
  const named = head.headers['docker-content-digest'];
  if (head.status === 200 && typeof named === 'string') {
    if ('digest' in reference && named !== reference.digest)
      return nonsense(place, `it answers with ${named.slice(0, 80)} for ${reference.digest}`);
    const length = Number(head.headers['content-length']);
    return { kind: 'there', digest: named, bytes: Number.isSafeInteger(length) ? length : null };
  }
  if (head.status !== 200 && head.status !== 404 && head.status !== 405) return failedBy(place, head);
  const read = await readBytes(place, reference, signal);
  if (read.kind !== 'there') return read;
  const digest = digestOf(read.body);
  if ('digest' in reference && digest !== reference.digest)
    return nonsense(place, `it answers with ${digest} for ${reference.digest}`);
  return { kind: 'there', digest, bytes: read.body.length };
}

/** The manifest, to the byte: what is not of the digest is no answer. */
export async function fetchManifest(
  place: Place,
  digest: string,
  signal: AbortSignal,
): Promise<Look<{ manifest: Manifest }>> {
  const read = await readBytes(place, { digest }, signal);
  if (read.kind !== 'there') return read;
  const manifest = readManifest(digest, read.body, read.contentType);
  return 'reason' in manifest ? nonsense(place, manifest.reason) : { kind: 'there', manifest };
}

async function readBytes(
  place: Place,
  reference: Reference,
  signal: AbortSignal,
): Promise<Look<{ body: Buffer; contentType: string | undefined }>> {
  const answer = await askManifest(place, 'GET', reference, signal);
  if (answer.kind === 'failed') return answer;
  if (answer.status === 404 && goneCodes.includes(errorCode(answer.body) ?? '')) return { kind: 'gone' };
  if (answer.status !== 200) return failedBy(place, answer);
  if (!answer.whole) return nonsense(place, 'it gave a manifest that is larger than any is');
  const type = answer.headers['content-type'];
  return { kind: 'there', body: answer.body, contentType: typeof type === 'string' ? type : undefined };
}

/** `cut`: it says that it has the blob, and does not give it. */
export type BlobLook = Look<object> | { kind: 'cut'; trouble: Trouble };

/**
 * Whether a blob can be had, by reading its first byte: docker-registry says of one that its garbage collector has removed that
 * it is there, because it remembers so, and cuts the connection when it should give it; a proxy before it makes a 502 of that.
 * https://distribution.github.io/distribution/about/garbage-collection/
 */
export async function lookAtBlob(
  place: Place,
  { digest, size }: { digest: string; size: number },
  signal: AbortSignal,
): Promise<BlobLook> {
  const answer = await askBlob(place, 'GET', digest, signal);
  if (answer.kind === 'failed' || answer.status >= 500) return claimed(place, digest, answer, signal);
  const { status, first } = answer;
  if (status === 200 || status === 206)
    return first && (first.length > 0 || size === 0) ? { kind: 'there' } : cut(place, digest);
  // An empty one has no first byte to ask for.
  if (status === 416 && size === 0) return { kind: 'there' };
  const body = first ?? Buffer.alloc(0);
  if (status === 404 && ['BLOB_UNKNOWN', ...goneCodes].includes(errorCode(body) ?? ''))
    return { kind: 'gone' };
  return failedBy(place, { ...answer, body });
}

/** It did not give it; whether it is not well or only does not have it tells what it answers without giving anything. */
async function claimed(
  place: Place,
  digest: string,
  failed: BlobAnswer | Failed,
  signal: AbortSignal,
): Promise<BlobLook> {
  const head = await askBlob(place, 'HEAD', digest, signal);
  if (head.kind === 'opened' && head.status === 200) return cut(place, digest);
  if (failed.kind === 'failed') return unanswered(failed.reason);
  return failedBy(place, { ...failed, body: failed.first ?? Buffer.alloc(0) });
}

type BlobAnswer = Omit<Opened, 'body'> & { first: Buffer | null };

/** `first`: the first byte, of an error its whole text; null where the connection ended before it came. */
async function askBlob(
  place: Place,
  method: 'GET' | 'HEAD',
  digest: string,
  signal: AbortSignal,
): Promise<BlobAnswer | Failed> {
  const answer = await place.client.open(
    {
      ...{ method, to: `/v2/${place.repository}/blobs/${digest}`, scope: pull(place) },
      headers: method === 'GET' ? { range: 'bytes=0-0' } : {},
    },
    signal,
  );
  if (answer.kind === 'failed') return answer;
  const { body, ...rest } = answer;
  const read = await readBody(body, rest.status < 300 ? 1 : errorBytes).catch(() => null);
  return { ...rest, first: read?.bytes ?? null };
}

function cut({ client }: Place, digest: string): BlobLook {
  const reason = `${client.endpoint.where}: it says that it has ${digest} and does not give it`;
  return { kind: 'cut', trouble: { kind: 'retry', reason, afterMs: 5_000 } };
}

function failedBy(
  { client, now }: Place,
  answer: Pick<Answered, 'status' | 'headers' | 'body'>,
): { kind: 'failed'; trouble: Trouble } {
  return { kind: 'failed', trouble: troubleOf(answer, client.endpoint.where, now()) };
}
