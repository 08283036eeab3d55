import type { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
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

/** Not silence but something that must not be done. */
export class NotAllowed extends Error {}

/** Who sends, where to, and how long a silence may be. */
interface Sender {
  agent: Agent;
  endpoint: Endpoint;
  timeoutMs: number;
}

/** The most that is read of an answer that should be small. */
export const smallBytes = 65_536;
const mostRedirects = 4;
/** A registry looks at the whole of an upload before it answers. */
const commitMs = 60_000;

/**
 * One request, and the ones that redirects lead to: blobs often lie elsewhere. Our credentials go to the registry itself and to
 * nobody else; an upload is not led elsewhere. Throws what went wrong on the wire.
 *
 * @param own the header that says who asks; null for none
 */
export async function send(
  { agent, endpoint, timeoutMs }: Sender,
  request: RegistryRequest,
  own: string | null,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  let url = new URL(request.to.startsWith('/v2/') ? `${endpoint.base}${request.to}` : request.to);
  for (let hops = 0; ; hops += 1) {
    if (!isAllowed(url, endpoint))
      throw new NotAllowed('it leads to an address without TLS, or to this machine');
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
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || !isRead) return response;
    await response.body.dump({ limit: smallBytes });
    url = whereTo(response, url, hops);
  }
}

function whereTo({ headers: { location } }: Dispatcher.ResponseData, from: URL, hops: number): URL {
  if (hops < mostRedirects && typeof location === 'string' && URL.canParse(location, from.href))
    return new URL(location, from);
  throw new NotAllowed('its redirects lead nowhere');
}
