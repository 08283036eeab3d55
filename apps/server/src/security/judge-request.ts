import type { IncomingHttpHeaders } from 'node:http';
import { livePath, opensWebsocket } from '../live/live-handshake.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { claimedName } from './claimed-name.ts';
import type { RequestGuard } from './request-guard.ts';
import { signalAddress } from './signal-address.ts';
import { signedAddresses } from './signed-addresses.ts';
import { type Authenticator, bearerOf, bearerOfProtocols, type Caller, passwordOf } from './tokens.ts';

/** What of a request decides whether it is heard. */
export interface RequestHead {
  method: string;
  /** The pattern of the route that will answer, or the written path where none will. */
  route: string;
  headers: IncomingHttpHeaders;
  /** Whether any route has this method at this address; where none has, what the body is does not matter. */
  offered: boolean;
}

/** Answered to anybody: orchestrators ask by address and without a token, and learn nothing but up or not. */
const openRoutes = new Set(['/healthz', '/readyz']);

/** Whoever asks here can write a token into the address and nowhere else. */
const inAddressOnly = new Set(['/api/v1/flagger/:cluster/rollback']);

const readMethods = new Set(['GET', 'HEAD']);

/**
 * Judges hosts, origins, content types and tokens by the head of a request alone, before anything reads or upgrades it.
 * The judgement answers who asks, null where nobody need be known, and throws a ProblemError to refuse.
 */
export function createJudgement(guard: RequestGuard, authenticate: Authenticator) {
  return ({ method, route, headers, offered }: RequestHead): Caller | null => {
    if (openRoutes.has(route)) return null;
    guard.checkHost(headers);
    const isRead = readMethods.has(method);
    const isUpgrade = headers.upgrade !== undefined;
    if (!isRead || isUpgrade) guard.checkOrigin(headers);
    const token = inAddressOnly.has(route)
      ? passwordOf(headers.authorization)
      : presentedToken(headers, isUpgrade);
    const caller = needsCaller(route) ? authenticate(token, claimedName(headers)) : null;
    if (caller?.only === 'signals' && route !== signalAddress) throw onlySignals(caller.name);
    if (route === livePath && opensWebsocket(headers) && token === null) guard.requireOrigin(headers);
    if (!isRead && offered && !signedAddresses.has(route)) guard.checkContentType(method, headers);
    return caller;
  };
}

export type Judgement = ReturnType<typeof createJudgement>;

function onlySignals(name: string): ProblemError {
  const detail = `The token ${name} is for signals only: it may tell of alerts, and nothing else.`;
  return new ProblemError(403, 'forbidden', detail);
}

/** The web app's files and the API's description hold no secret; everything else does or acts. */
function needsCaller(route: string): boolean {
  return route.startsWith('/api/v1/') || route === '/metrics';
}

function presentedToken(headers: IncomingHttpHeaders, isUpgrade: boolean): string | null {
  const token = bearerOf(headers.authorization);
  return token ?? (isUpgrade ? bearerOfProtocols(headers['sec-websocket-protocol']) : null);
}
