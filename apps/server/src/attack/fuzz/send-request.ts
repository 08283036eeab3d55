import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { FuzzRequest } from './fuzz-request.ts';
import type { Answer } from './judge-answer.ts';
import { filledIn, type KnownNames } from './known-names.ts';

const patienceMs = 10_000;

/** Sends it as it is written; null when nothing answers. */
export async function sendRequest(
  base: string,
  agent: Agent,
  { method, url, headers, body }: Omit<FuzzRequest, 'operation'>,
  names: KnownNames,
): Promise<Answer | null> {
  const { hostname, port } = new URL(base);
  const content = body === null ? null : Buffer.from(filledIn(body.toString('latin1'), names), 'latin1');
  const began = performance.now();
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ hostname, port, agent, method, path: filledIn(url, names) },
        headers: { ...headers, ...(content ? { 'content-length': content.length } : {}) },
        signal: AbortSignal.timeout(patienceMs),
      },
      (answer) => {
        text(answer).then(
          (read) =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: read,
              tookMs: performance.now() - began,
            }),
          () => resolve(null),
        );
      },
    );
    sent.on('error', () => resolve(null));
    sent.end(content ?? undefined);
  });
}
