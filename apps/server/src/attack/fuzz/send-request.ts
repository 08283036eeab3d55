import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { FuzzRequest } from './fuzz-request.ts';
import type { Answer, NoAnswer } from './judge-answer.ts';
import { filledIn, type KnownNames } from './known-names.ts';

const patienceMs = 15_000;

/** Sends it as it is written. */
export async function sendRequest(
  base: string,
  agent: Agent,
  fuzzed: Omit<FuzzRequest, 'operation'>,
  names: KnownNames,
): Promise<Answer | NoAnswer> {
  const { method, url, headers, body } = fuzzed;
  const { hostname, port } = new URL(base);
  const content = body === null ? null : Buffer.from(filledIn(body.toString('latin1'), names), 'latin1');
  const from = performance.now();
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ hostname, port, agent, method, path: filledIn(url, names) },
        headers: { ...headers, ...(content ? { 'content-length': content.length } : {}) },
        signal: AbortSignal.timeout(patienceMs),
      },
      (answer) => {
        const { statusCode: status = 0, headers } = answer;
        text(answer).then(
          (read) => resolve({ kind: 'answer', status, headers, body: read, from, to: performance.now() }),
          (error: Error) => resolve({ kind: 'none', why: `cut off: ${error.message}` }),
        );
      },
    );
    sent.on('error', (error: Error & { code?: string }) => {
      // A kept connection may be closed just then: https://nodejs.org/api/http.html#requestreusedsocket
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(sendRequest(base, agent, fuzzed, names));
      else resolve({ kind: 'none', why: `${error.code}: ${error.message}` });
    });
    sent.end(content ?? undefined);
  });
}
