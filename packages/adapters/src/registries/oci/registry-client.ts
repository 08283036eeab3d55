import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { createBreaker } from '../../breaker.ts';
import { explainFailure } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import { createAuthorization } from './authorization.ts';
import { type Endpoint, isAllowed } from './endpoint.ts';

export interface RegistryRequest {
  method: 'HEAD' | 'GET' | 'POST' | 'PUT';
  /** A path from `/v2/` on, or the whole address that the registry has given for an upload. */
  to: string;
  /** What is asked for, as a token service understands it; more than one with a blank between them. */
  scope: string;
  headers?: Record<string, string>;
  body?: Buffer | Readable;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type Failed = { kind: 'failed'; reason: string };

/** An answer, its body read as far as was allowed. */
export interface Answered {
  kind: 'answered';
  status: number;
  headers: Headers;
  body: Buffer;
  whole: boolean;
}

/** An answer whose body is still to come. */
export interface Opened {
  kind: 'opened';
  status: number;
  headers: Headers;
  body: Dispatcher.ResponseData['body'];
}

/** One registry, by HTTP: bounded, authenticated, and never asked without end. Outside faults are results. */
export interface RegistryClient {
  endpoint: Endpoint;
  /** For answers that are small; the whole of it within the time limit. */
  ask(request: RegistryRequest, signal: AbortSignal, maxBytes?: number): Promise<Answered | Failed>;
  /** For a blob: nothing but silence ends it. */
  open(request: RegistryRequest, signal: AbortSignal): Promise<Opened | Failed>;
  /** For an upload: silence ends it; the answer to its end may take a minute, because a registry looks at the whole then. */
  upload(request: RegistryRequest, signal: AbortSignal): Promise<Answered | Failed>;
  close(): Promise<void>;
}

const smallBytes = 65_536;
const mostRedirects = 4;
const commitMs = 60_000;

export function createRegistryClient(
  endpoint: Endpoint,
  timeoutMs: number,
  now: () => number,
): RegistryClient {
  const agent = new Agent({
    allowH2: false,
    connections: 8,
    connect: { timeout: timeoutMs, ...(endpoint.tlsCa === undefined ? {} : { ca: endpoint.tlsCa }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs * 2,
  });
  const breaker = createBreaker(now);
  const authorization = createAuthorization(endpoint, askTokens, now);

  async function askTokens(url: URL, headers: Record<string, string>, signal: AbortSignal) {
    const { statusCode, body } = await agent.request({
      ...{ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers, signal },
    });
    return { status: statusCode, body: (await readBody(body, smallBytes)).bytes };
  }

  /** One request, and the ones that redirects lead to. Our credentials go to the registry itself and to nobody else. */
  async function send(request: RegistryRequest, own: string | null, signal: AbortSignal) {
    let url = new URL(request.to, endpoint.origin);
    if (request.to.startsWith('/v2/')) url = new URL(`${endpoint.base}${request.to}`);
    for (let hops = 0; ; hops += 1) {
      if (!isAllowed(url, endpoint.plainHttp)) throw new NotAllowed('it leads to an address without TLS');
      const response = await agent.request({
        ...{ origin: url.origin, path: url.pathname + url.search, method: request.method, signal },
        headers: {
          'user-agent': 'lastgood',
          ...request.headers,
          ...(own !== null && url.origin === endpoint.origin ? { authorization: own } : {}),
        },
        body: request.body ?? null,
        headersTimeout: request.method === 'PUT' ? Math.max(commitMs, timeoutMs) : timeoutMs,
      });
      const { location } = response.headers;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (![301, 302, 303, 307, 308].includes(response.statusCode) || !isRead) return response;
      await response.body.dump({ limit: smallBytes });
      if (hops === mostRedirects || typeof location !== 'string' || !URL.canParse(location, url.href))
        throw new NotAllowed('its redirects lead nowhere');
      url = new URL(location, url);
    }
  }

  async function authorized(request: RegistryRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { scope } = request;
    const first = await send(request, authorization.known(scope), signal);
    if (first.statusCode !== 401) return first;
    authorization.forget(scope);
    await first.body.dump({ limit: smallBytes });
    const header = await authorization.answer(first.headers['www-authenticate'], scope, signal);
    if (header.kind === 'failed') throw new NotAllowed(header.reason);
    // What was streamed cannot be sent again: the next attempt knows the header.
    if (request.body && !Buffer.isBuffer(request.body))
      throw new NotAllowed('it wants to be told anew who asks, in the midst of an upload');
    return send(request, header.value, signal);
  }

  async function guarded<T>(
    { method }: RegistryRequest,
    signal: AbortSignal,
    deadline: AbortSignal | null,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | Failed> {
    const turnedAway = breaker.refusal();
    if (turnedAway !== null) return failed(turnedAway);
    try {
      signal.throwIfAborted();
      const result = await work(deadline ? AbortSignal.any([signal, deadline]) : signal);
      breaker.answered();
      return result;
    } catch (error) {
      if (error instanceof NotAllowed) return failed(error.message);
      if (signal.aborted) return failed(`${method} was called off before it had answered`);
      if (!deadline?.aborted) return failed(explainFailure(error, 'it').replace(/\.$/, ''));
      breaker.unanswered();
      return failed(`it did not answer within ${timeoutMs / 1_000} s`);
    }
  }

  function failed(why: string): Failed {
    return { kind: 'failed', reason: `${endpoint.where}: ${why}` };
  }

  async function read(request: RegistryRequest, signal: AbortSignal, maxBytes: number): Promise<Answered> {
    const { statusCode: status, headers, body } = await authorized(request, signal);
    const { bytes, whole } = await readBody(body, maxBytes);
    return { kind: 'answered', status, headers, body: bytes, whole };
  }

  return {
    endpoint,
    ask: (request, signal, maxBytes = smallBytes) =>
      guarded(request, signal, AbortSignal.timeout(timeoutMs), (within) => read(request, within, maxBytes)),
    open: (request, signal) =>
      guarded(request, signal, null, async (within): Promise<Opened> => {
        const { statusCode: status, headers, body } = await authorized(request, within);
        return { kind: 'opened', status, headers, body };
      }),
    upload: (request, signal) =>
      guarded(request, signal, null, (within) => read(request, within, smallBytes)),
    close: () => agent.destroy(),
  };
}

/** Not silence but something that must not be done. */
class NotAllowed extends Error {}
