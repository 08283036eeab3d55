import { request } from 'undici';
import { type ApiRejection, toRejection } from './api-answer.ts';
import type { ClusterAccess } from './cluster-access.ts';

export interface StreamAsked {
  path: string;
  query: Record<string, string>;
  /** Called when the server has agreed and the stream is open. */
  onOpen(): void;
  /** Called with each whole line, in order; throwing ends the stream as broken. */
  onLine(line: string): void;
  /** Longest wait for the first byte of the answer. */
  openWithinMs: number;
  /** A stream that says nothing for this long is taken for a dead connection. */
  silenceMs: number;
}

/** How a stream ended. `ended` and `silent` are normal: it is opened again from where it was. */
export type StreamEnd =
  | { kind: 'ended' }
  | { kind: 'silent' }
  | { kind: 'cancelled' }
  | { kind: 'broken'; reason: string }
  | ApiRejection;

/** Reads one answer of an API server line by line for as long as it goes on. Never throws. */
export type ApiStream = (asked: StreamAsked, signal: AbortSignal) => Promise<StreamEnd>;

export function createApiStream(access: ClusterAccess, now: () => number): ApiStream {
  return async (asked, signal) => {
    try {
      const { server, headers, streams } = await access.prepare();
      const answer = await request(`${server}${asked.path}?${new URLSearchParams(asked.query)}`, {
        method: 'GET',
        dispatcher: streams,
        signal,
        headersTimeout: asked.openWithinMs,
        bodyTimeout: asked.silenceMs,
        headers: { ...headers, accept: 'application/json', 'user-agent': 'lastgood' },
      });
      if (answer.statusCode >= 300) {
        const retryAfter = answer.headers['retry-after'];
        return toRejection(answer.statusCode, await answer.body.text(), retryAfter, now());
      }
      asked.onOpen();
      await readLines(answer.body, asked.onLine);
      return { kind: 'ended' };
    } catch (error) {
      if (signal.aborted) return { kind: 'cancelled' };
      if ((error as { code?: unknown }).code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'silent' };
      return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** A rest without an end of line is a line, too: a server that does not stream answers so. */
async function readLines(body: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  }
  if (rest.trim() !== '') onLine(rest);
}
