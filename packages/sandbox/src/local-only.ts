import type { IncomingHttpHeaders, RequestListener } from 'node:http';

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Why a request is not one of a program on this machine; null when it is. Everybody may ask the sandbox without a token, so a
 * page of another site must not: neither by its own name that was rebound to the loopback address (it is then the Host), nor
 * directly (browsers send Origin with what is not a plain read, and say `cross-site` with all).
 */
export function foreignReason(headers: IncomingHttpHeaders): string | null {
  const { host = '', origin } = headers;
  if (!loopbackHost.test(host)) return `The sandbox is not known as "${host}"; ask it as 127.0.0.1.`;
  const isOwn = origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
  if (isOwn && (origin !== undefined || headers['sec-fetch-site'] !== 'cross-site')) return null;
  return `A page of ${origin ?? 'another site'} may not use the sandbox; programs of this machine may, without the header Origin.`;
}

/** A listener that answers programs of this machine only, and 403 to what a web page of another site has sent. */
export function localOnly(
  listener: RequestListener,
  bodyOf: (reason: string) => unknown = (reason) => ({ error: reason }),
): RequestListener {
  return (request, response) => {
    const reason = foreignReason(request.headers);
    if (reason === null) return listener(request, response);
    // What it still sends is not read.
    response.shouldKeepAlive = false;
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(bodyOf(reason)));
  };
}
