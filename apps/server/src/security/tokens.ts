import { createHash, timingSafeEqual } from 'node:crypto';
import { unsigned } from '@lastgood/domain';
import { ProblemError } from '../problems/problem-error.ts';

/** Who asks: a token of the configuration, or a person at the dashboard. */
export interface Caller {
  kind: 'person' | 'ci';
  name: string;
  /** All that its token is good for. Absent: everything. */
  only?: 'signals';
}

/** A token as the configuration knows it: its name and the SHA-256 of its text, in hex. */
export interface TokenHash {
  name: string;
  sha256: string;
  only?: 'signals' | undefined;
}

/**
 * Tells who asks. `required` refuses requests without a token; `claimed` is the name of whoever has none, and a token's own name
 * leads.
 */
export function createAuthenticator(tokens: readonly TokenHash[], required: boolean) {
  const known = tokens.map((token) => ({
    name: token.name,
    hash: Buffer.from(token.sha256, 'hex'),
    only: token.only,
  }));
  return (presented: string | null, claimed: string | null = null): Caller => {
    if (presented === null) {
      if (required) throw unauthorized('Send the header authorization: Bearer <token>.');
      return { kind: 'person', name: claimed ?? unsigned };
    }
    const hash = createHash('sha256').update(presented).digest();
    const match = known.find((token) => timingSafeEqual(token.hash, hash));
    if (!match) throw unauthorized('This token is not one of server.tokens in the configuration.');
    const { name, only } = match;
    return { kind: 'ci', name, ...(only ? { only } : {}) };
  };
}

export type Authenticator = ReturnType<typeof createAuthenticator>;

/** The token of an Authorization header; null without one. */
export function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const match = /^Bearer +(\S+)$/i.exec(authorization);
  if (!match?.[1]) throw unauthorized('The authorization header must read: Bearer <token>.');
  return match[1];
}

/**
 * The token of a caller that can only write it into the address, as the password of `https://name:token@host`: its client makes
 * Basic credentials of that. https://www.rfc-editor.org/rfc/rfc7617
 */
export function passwordOf(authorization: string | undefined): string | null {
  const match = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '');
  if (!match?.[1]) return bearerOf(authorization);
  const [, password] = /^[^:]*:(\S+)$/.exec(Buffer.from(match[1], 'base64').toString('utf8')) ?? [];
  if (!password) throw unauthorized('The password in the address must be a token.');
  return password;
}

/**
 * The token a browser's websocket offers as a subprotocol, `bearer.<token>`, because it cannot set headers; null without one.
 */
export function bearerOfProtocols(protocols: string | undefined): string | null {
  const offered = protocols?.split(',').map((protocol) => protocol.trim()) ?? [];
  const bearer = offered.find((protocol) => protocol.startsWith('bearer.'));
  return bearer ? bearer.slice('bearer.'.length) : null;
}

function unauthorized(detail: string): ProblemError {
  return new ProblemError(401, 'unauthorized', detail);
}
