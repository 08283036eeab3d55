import { request } from 'undici';
import { type ApiAnswer, toRejection } from './api-answer.ts';
import type { ClusterAccess } from './cluster-access.ts';

export interface ApiRequest {
  method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  /** Default: plain JSON. */
  accept?: string;
}

/**
 * Speaks to one API server. Every fault is an answer; nothing is thrown. Nothing but a GET is sent twice, or what was refused
 * for credentials that have been renewed since.
 */
export type ApiClient = (asked: ApiRequest, signal: AbortSignal) => Promise<ApiAnswer>;

export function createApiClient(
  access: ClusterAccess,
  requestTimeoutMs: number,
  now: () => number,
): ApiClient {
  const send = async (asked: ApiRequest, signal: AbortSignal): Promise<Exchange> => {
    const prepared = await access.prepare().catch((error: unknown) => ({ reason: words(error) }));
    if ('reason' in prepared) return notSent(`no credentials: ${prepared.reason}`);
    const { server, headers, dispatcher, credentials } = prepared;
    if (signal.aborted) return notSent('cancelled before it was sent');
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]);
    try {
      const answer = await request(urlOf(server, asked), {
        method: asked.method,
        dispatcher,
        signal: deadline,
        headers: {
          ...headers,
          accept: asked.accept ?? 'application/json',
          'user-agent': 'lastgood',
          'content-type': asked.body === undefined ? undefined : (asked.contentType ?? 'application/json'),
        },
        body: asked.body === undefined ? null : JSON.stringify(asked.body),
      });
      const text = await answer.body.text();
      if (answer.statusCode < 300) return { credentials, answer: accepted(text) };
      const retryAfter = answer.headers['retry-after'];
      return { credentials, answer: toRejection(answer.statusCode, text, retryAfter, now()) };
    } catch (error) {
      return { credentials, answer: faultOf(error, signal, deadline, requestTimeoutMs) };
    }
  };

  return async (asked, signal) => {
    const { answer, credentials } = await send(asked, signal);
    if (signal.aborted) return answer;
    // A kept connection may have been closed by the server while idle. Reading twice harms nobody.
    const broken = asked.method === 'GET' && answer.kind === 'lost' && !answer.timedOut;
    // Nothing is done for a stranger, so even a write is sent again once there are other credentials.
    const renewed =
      answer.kind === 'rejected' && answer.why === 'not-authenticated' && (await access.renew(credentials));
    return broken || renewed ? (await send(asked, signal)).answer : answer;
  };
}

interface Exchange {
  answer: ApiAnswer;
  /** With which it was sent. */
  credentials: string;
}

function notSent(reason: string): Exchange {
  return { answer: { kind: 'not-sent', reason }, credentials: '' };
}

/** The parser would quote what it stumbles over, and that may be a Secret. */
function accepted(text: string): ApiAnswer {
  try {
    return { kind: 'ok', body: JSON.parse(text) };
  } catch {
    return { kind: 'lost', reason: 'what came is cut off, or no JSON', timedOut: false };
  }
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
