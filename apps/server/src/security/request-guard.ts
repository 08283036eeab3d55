import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { ProblemError } from '../problems/problem-error.ts';

export interface RequestGuardSettings {
  /** Host names, without port, under which Lastgood may be asked. */
  allowedHosts: readonly string[];
  /** Other sites whose pages may write and listen, such as `https://ops.example.com`. */
  allowedOrigins: readonly string[];
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses what a web page of another site could make a browser send. The Host header must be a name Lastgood is known by
 * (a page whose name was rebound to this address has another one), and a write or a websocket must come from
 * a page of the same origin, an allowed origin, or from no page at all.
 */
export function createRequestGuard(settings: RequestGuardSettings) {
  const hosts = new Set([...loopbackNames, ...settings.allowedHosts].map((host) => host.toLowerCase()));
  const origins = new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase()));
  return {
    checkHost(headers: IncomingHttpHeaders): void {
      const name = hostName(headers.host);
      if (name !== null && hosts.has(name)) return;
      throw new ProblemError(
        403,
        'unknown-host',
        `Lastgood is not known as "${name ?? ''}". Add it to server.allowedHosts in the configuration.`,
      );
    },
    /** For writes and websocket upgrades. */
    checkOrigin(headers: IncomingHttpHeaders): void {
      const origin = headers.origin?.toLowerCase();
      if (origin === undefined && headers['sec-fetch-site'] !== 'cross-site') return;
      if (origin !== undefined && (origins.has(origin) || isSameOrigin(origin, headers.host))) return;
      throw new ProblemError(
        403,
        'forbidden-origin',
        `A page of ${origin ?? 'another site'} may not do this. Add its origin to server.allowedOrigins if it should.`,
      );
    },
    /** For websockets of callers without a token: browsers always send it there, so nobody need be trusted without. */
    requireOrigin(headers: IncomingHttpHeaders): void {
      if (headers.origin !== undefined) return;
      throw new ProblemError(
        403,
        'forbidden-origin',
        `A live connection says who opens it. Send the header origin: http://${headers.host}, or a token: authorization: Bearer <token>.`,
      );
    },
    checkContentType(method: string, headers: IncomingHttpHeaders): void {
      const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
      if (type === 'application/json') return;
      // It has no body, and a browser asks before it sends one to another site.
      if (type === undefined && method === 'DELETE') return;
      throw new ProblemError(
        415,
        'not-json',
        `Send the header content-type: application/json${type ? ` instead of ${type}` : ', also without a body'}.`,
      );
    },
  };
}

export type RequestGuard = ReturnType<typeof createRequestGuard>;

function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@]+)(:\d+)?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase() ?? null;
}

/** The scheme is left out: behind a TLS proxy the page is https and we are asked over http. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  const match = /^https?:\/\/([^/?#@]+)$/.exec(origin);
  return host !== undefined && match?.[1] === host.toLowerCase();
}

/** Whether only programs of this machine can reach the address. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost') return true;
  const plain = address.replace(/^\[|\]$/g, '');
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1';
}
