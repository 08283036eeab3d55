import { request } from 'undici';
import { type ApiAnswer, toRejection } from './api-answer.ts';
import type { ClusterAccess } from './cluster-access.ts';

export interface ApiRequest {
  method: 'GET' | 'PATCH' | 'POST';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
}

/** Speaks to one API server. Every fault is an answer; nothing is thrown and nothing but a GET is sent twice. */
export type ApiClient = (asked: ApiRequest, signal: AbortSignal) => Promise<ApiAnswer>;

export function createApiClient(
  access: ClusterAccess,
  requestTimeoutMs: number,
  now: () => number,
): ApiClient {
  const send = async (asked: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> => {
    const prepared = await access.prepare().catch((error: unknown) => ({ reason: words(error) }));
    if ('reason' in prepared) return { kind: 'not-sent', reason: `no credentials: ${prepared.reason}` };
    if (signal.aborted) return { kind: 'not-sent', reason: 'cancelled before it was sent' };
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]);
    try {
      const answer = await request(urlOf(access.server, asked), {
        method: asked.method,
        dispatcher: prepared.dispatcher,
        signal: deadline,
        headers: {
          ...prepared.headers,
          accept: 'application/json',
          'user-agent': 'lastgood',
          'content-type': asked.body === undefined ? undefined : (asked.contentType ?? 'application/json'),
        },
        body: asked.body === undefined ? null : JSON.stringify(asked.body),
      });
      const text = await answer.body.text();
      if (answer.statusCode < 300) return { kind: 'ok', body: JSON.parse(text) };
      const retryAfter = answer.headers['retry-after'];
      return toRejection(
        answer.statusCode,
        text,
        Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        now(),
      );
    } catch (error) {
      return faultOf(error, signal, deadline, requestTimeoutMs);
    }
  };

  return async (asked, signal) => {
    const first = await send(asked, signal);
    // A kept connection may have been closed by the server while idle. Reading twice harms nobody.
    const broken = asked.method === 'GET' && first.kind === 'lost' && !first.timedOut;
    return broken && !signal.aborted ? send(asked, signal) : first;
  };
}

function urlOf(server: string, asked: ApiRequest): string {
  const query = new URLSearchParams(asked.query ?? {}).toString();
  return `${server}${asked.path}${query ? `?${query}` : ''}`;
}

/** Faults that come before the first byte of the request: no way to the server, or no trust in it. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|.*_CERT_.*|.*SELF_SIGNED.*|UNABLE_TO_.*)$/;

function faultOf(error: unknown, signal: AbortSignal, deadline: AbortSignal, timeoutMs: number): ApiAnswer {
  if (signal.aborted) return { kind: 'lost', reason: 'cancelled before the answer came', timedOut: true };
  if (deadline.aborted) return { kind: 'lost', reason: `no answer within ${timeoutMs} ms`, timedOut: true };
  const code = codeOf(error);
  if (beforeSending.test(code)) return { kind: 'not-sent', reason: words(error) };
  return { kind: 'lost', reason: words(error), timedOut: false };
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause ? codeOf(cause) : '';
}

function words(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message || codeOf(error) || 'unknown fault';
}
