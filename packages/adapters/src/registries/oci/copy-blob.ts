import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readBody } from '../../http/read-body.ts';
import { retry, type Trouble, troubleOf } from './answers.ts';
import type { Place } from './look.ts';
import type { Descriptor } from './manifest.ts';
import type { Answered } from './registry-client.ts';

/**
 * Brings one blob from one repository to another: mounted where both are of one registry, else streamed, never kept. Null
 * when it is there. What is streamed is checked on the way: its last bytes are not sent before its digest is known to be right,
 * and the registry is told the digest, so that it refuses anything else by itself.
 */
export async function copyBlob(
  from: Place,
  to: Place,
  blob: Descriptor,
  signal: AbortSignal,
): Promise<Trouble | null> {
  const begun = await beginUpload(from, to, blob, signal);
  if (begun.kind !== 'upload') return begun.kind === 'mounted' ? null : begun.trouble;
  const source = await from.client.open(
    { method: 'GET', to: `/v2/${from.repository}/blobs/${blob.digest}`, scope: scopeOf(from, 'pull') },
    signal,
  );
  if (source.kind === 'failed') return retry(source.reason);
  if (source.status !== 200) {
    const { bytes: body } = await readBody(source.body, 65_536);
    return troubleOf({ ...source, body }, from.client.endpoint.where, from.now());
  }
  let mismatch: string | null = null;
  const answer = await to.client.upload(
    {
      ...{ method: 'PUT', to: withDigest(begun.to, blob.digest), scope: scopeOf(to, 'pull,push') },
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
      body: Readable.from(
        checked(source.body, blob, (why) => {
          mismatch = `${from.client.endpoint.where}: ${why}`;
        }),
      ),
    },
    signal,
  );
  source.body.destroy();
  if (mismatch !== null) return { kind: 'refused', reason: mismatch, advice: mismatchAdvice };
  if (answer.kind === 'failed') return retry(answer.reason);
  return answer.status === 201 ? null : troubleOf(answer, to.client.endpoint.where, to.now());
}

const mismatchAdvice =
  'The backup is damaged, or something on the way changes what it sends. Repair it and resume, or choose another release to return to.';

type Begun = { kind: 'mounted' } | { kind: 'upload'; to: string } | { kind: 'trouble'; trouble: Trouble };

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#mounting-a-blob-from-another-repository */
async function beginUpload(from: Place, to: Place, blob: Descriptor, signal: AbortSignal): Promise<Begun> {
  const isOne = from.client.endpoint.base === to.client.endpoint.base;
  const mount = `?mount=${blob.digest}&from=${encodeURIComponent(from.repository)}`;
  const push = scopeOf(to, 'pull,push');
  const answer = await to.client.ask(
    {
      method: 'POST',
      to: `/v2/${to.repository}/blobs/uploads/${isOne ? mount : ''}`,
      scope: isOne ? `${push} ${scopeOf(from, 'pull')}` : push,
      headers: { 'content-length': '0' },
    },
    signal,
  );
  if (answer.kind === 'failed') return { kind: 'trouble', trouble: retry(answer.reason) };
  if (answer.status === 201) return { kind: 'mounted' };
  const location = uploadAddress(answer, to);
  if (answer.status === 202 && location !== null) return { kind: 'upload', to: location };
  return { kind: 'trouble', trouble: troubleOf(answer, to.client.endpoint.where, to.now()) };
}

function uploadAddress({ headers: { location } }: Answered, { client }: Place): string | null {
  if (typeof location !== 'string' || !URL.canParse(location, client.endpoint.origin)) return null;
  return new URL(location, client.endpoint.origin).href;
}

/** The registry's own parameters are left as they are, to the letter: it may have signed them. */
function withDigest(address: string, digest: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
}

async function* checked(
  body: AsyncIterable<Uint8Array>,
  { digest, size }: Descriptor,
  refuse: (why: string) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let length = 0;
  let held: Uint8Array | null = null;
  for await (const chunk of body) {
    length += chunk.length;
    hash.update(chunk);
    if (length > size) break;
    if (held) yield held;
    held = chunk;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest || length !== size) {
    const why = `what it sent for ${digest} is not that (${length > size ? 'more bytes' : `${length} bytes of ${size}`}, ${found})`;
    refuse(why);
    throw new Error(why);
  }
  if (held) yield held;
}

export function scopeOf({ repository }: Place, actions: 'pull' | 'pull,push'): string {
  return `repository:${repository}:${actions}`;
}
