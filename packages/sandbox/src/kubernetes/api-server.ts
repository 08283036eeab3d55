import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localOnly } from '../local-only.ts';
import { type ApiError, apiError, badRequest, isApiError } from './api-error.ts';
import type { FaultEffect, Faults } from './faults.ts';
import type { Rights } from './rights.ts';
import { type ApiAnswer, type ApiParts, type ApiRequest, isTrue, parseMediaTypes } from './routes/request.ts';
import { type Routed, route } from './routes/router.ts';

export interface ApiServer {
  port: number;
  close(): Promise<void>;
}

export interface ApiServerOptions {
  parts: ApiParts;
  faults: Faults;
  rights: Rights;
  /** 0 takes any free port. */
  port: number;
  /** When given, requests without this bearer token are refused. */
  token: string | undefined;
  /** Paths outside the Kubernetes API, e.g. the sandbox's own controls; asked first. */
  extra: ((request: ApiRequest) => Promise<ApiAnswer | undefined>) | undefined;
  onError(error: unknown): void;
}

/** The API over HTTP on the loopback address. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const listener: RequestListener = (incoming, response) => {
    handle(options, incoming, response).catch((error) => {
      // A client that hangs up while it sends is no fault of ours.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') options.onError(error);
      response.destroy();
    });
  };
  const forbidden = (reason: string) => apiError(403, 'Forbidden', reason).status;
  const server = createServer(localOnly(listener, forbidden));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  options: ApiServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming);
  const { method, url, userAgent } = request;
  const isWatch = isTrue(request.query.get('watch'));
  const effects = options.faults.take({ method, path: url, userAgent, isWatch });
  const slow = effects.find((effect) => effect.kind === 'slow');
  if (slow) await new Promise<void>((resolve) => void options.parts.clock.schedule(slow.forMs, resolve));
  if (effects.some((effect) => effect.kind === 'refused-connection')) return void incoming.socket.destroy();
  const refusal = effects.find((effect) => effect.kind === 'answer');
  const routed = refusal
    ? { kind: 'answer' as const, answer: refused(refusal) }
    : await answer(options, request);
  if (effects.some((effect) => effect.kind === 'lost-answer')) return void incoming.socket.destroy();
  if (routed.kind === 'answer') return writeAnswer(response, routed.answer);
  const cut = effects.find((effect) => effect.kind === 'cut-watch');
  writeWatch(response, routed.open, cut?.afterEvents);
}

async function answer(options: ApiServerOptions, request: ApiRequest): Promise<Routed> {
  try {
    if (options.token && request.token !== options.token && !options.rights.knows(request.token)) {
      throw apiError(401, 'Unauthorized', 'Unauthorized');
    }
    const own = (await options.extra?.(request)) ?? options.rights.review(request);
    if (own) return { kind: 'answer', answer: own };
    options.rights.check(request);
    return await route(options.parts, request);
  } catch (error) {
    if (isApiError(error)) return { kind: 'answer', answer: failure(error) };
    if (error instanceof URIError) return { kind: 'answer', answer: failure(badRequest(error.message)) };
    options.onError(error);
    const { status } = apiError(500, 'InternalError', `Internal error occurred: ${String(error)}`);
    return { kind: 'answer', answer: { status: 500, body: status } };
  }
}

function failure({ status }: ApiError): ApiAnswer {
  const after = status.details?.retryAfterSeconds;
  const headers: Record<string, string> = after === undefined ? {} : { 'Retry-After': String(after) };
  return { status: status.code, body: status, headers };
}

async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = incoming.url ?? '/';
  const { pathname, searchParams } = new URL(url, 'http://sandbox');
  return {
    method: incoming.method ?? 'GET',
    url,
    path: pathname,
    query: searchParams,
    accept: parseMediaTypes(incoming.headers.accept ?? ''),
    contentType: (incoming.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    userAgent: incoming.headers['user-agent'] ?? '',
    token: /^Bearer (\S+)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? '',
    body: Buffer.concat(chunks).toString(),
  };
}

const REFUSALS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

function refused({ status, retryAfterSeconds }: Extract<FaultEffect, { kind: 'answer' }>): ApiAnswer {
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  return failure(apiError(status, REFUSALS[status], 'injected by the sandbox', details));
}

function writeAnswer(response: ServerResponse, { status, body, contentType, headers = {} }: ApiAnswer): void {
  response.writeHead(status, { 'Content-Type': contentType ?? 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function writeWatch(
  response: ServerResponse,
  open: Extract<Routed, { kind: 'watch' }>['open'],
  cutAfter?: number,
): void {
  let sent = 0;
  let stop = (): void => {};
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  response.on('close', () => stop());
  stop = open({
    send(event) {
      if (response.destroyed) return;
      if (cutAfter !== undefined && sent >= cutAfter) return void response.destroy();
      response.write(`${JSON.stringify(event)}\n`);
      sent += 1;
      if (sent === cutAfter) setImmediate(() => response.destroy());
    },
    end: () => void response.end(),
  });
}
