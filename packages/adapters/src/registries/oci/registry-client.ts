import { Buffer } from 'node:buffer';
import { Agent, type Dispatcher } from 'undici';
import { createBreaker } from '../../breaker.ts';
import { explainFailure } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import { createAuthorization } from './authorization.ts';
import type { Endpoint } from './endpoint.ts';
import { createRest } from './rest.ts';
import { NotAllowed, type RegistryRequest, send, smallBytes } from './send.ts';

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
  const from = { agent, endpoint, timeoutMs };
  const breaker = createBreaker(now);
  const rest = createRest(now);
  const authorization = createAuthorization(endpoint, askTokens, now);

  async function askTokens(url: URL, headers: Record<string, string>, signal: AbortSignal) {
    const { statusCode, body } = await agent.request({
      ...{ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers, signal },
    });
    return { status: statusCode, body: (await readBody(body, smallBytes)).bytes };
  }

  async function authorized(request: RegistryRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { scope } = request;
    const first = await send(from, request, authorization.known(scope), signal);
    rest.heard(first);
    if (first.statusCode !== 401) return first;
    authorization.forget(scope);
    await first.body.dump({ limit: smallBytes });
    const header = await authorization.answer(first.headers['www-authenticate'], scope, signal);
    if (header.kind === 'failed') throw new NotAllowed(header.reason);
    // What was streamed cannot be sent again: the next attempt knows the header.
    if (request.body && !Buffer.isBuffer(request.body))
      throw new NotAllowed('it wants to be told anew who asks, in the midst of an upload');
    return send(from, request, header.value, signal);
  }

  async function guarded<T>(
    { method }: RegistryRequest,
    signal: AbortSignal,
    deadline: AbortSignal | null,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | Failed> {
    const turnedAway = breaker.refusal() ?? rest.refusal();
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
