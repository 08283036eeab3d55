import { Buffer } from 'node:buffer';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { parseStrictJson } from '../../http/strict-json.ts';
import { type Challenge, readChallenge } from './challenge.ts';
import { type Endpoint, isAllowed } from './endpoint.ts';

/** Asks the token service; what it answers is read up to a bound. */
type AskTokens = (
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<{ status: number; body: Buffer }>;

export type Authorized = { kind: 'header'; value: string } | { kind: 'failed'; reason: string };

/** What a registry wants to see before it answers, by what is asked for. */
export interface Authorization {
  /** The header that is known to be good for this scope; null when none is. */
  known(scope: string): string | null;
  /** A header for what a 401 has asked for. */
  answer(challenge: string | string[] | undefined, scope: string, signal: AbortSignal): Promise<Authorized>;
  /** What was sent was not taken. */
  forget(scope: string): void;
}

const TokenAnswer = Type.Object({
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 32_768 })),
  access_token: Type.Optional(Type.String({ minLength: 1, maxLength: 32_768 })),
  expires_in: Type.Optional(Type.Number()),
});

/** Seconds that a token lives where its service does not say: https://distribution.github.io/distribution/spec/auth/token/ */
const defaultLifeSeconds = 60;
/** Not used up to its last moment: it has to arrive, too. */
const spareMs = 10_000;

export function createAuthorization(endpoint: Endpoint, ask: AskTokens, now: () => number): Authorization {
  const kept = new Map<string, { value: string; until: number }>();
  const basic = basicOf(endpoint);

  async function token(
    challenge: Extract<Challenge, { scheme: 'bearer' }>,
    scope: string,
    signal: AbortSignal,
  ): Promise<Authorized> {
    const url = tokenUrl(challenge, scope);
    if (!url || !isAllowed(url, endpoint))
      return failed('it names a token service that cannot be asked safely');
    // Any registry could name any host: the password is for the one that is known to be its own.
    if (basic && url.hostname !== endpoint.tokenHost)
      return failed(
        `it sends to ${url.hostname} for a token, which is not ${endpoint.tokenHost}; set tokenService if that host may see the password`,
      );
    const { status, body } = await ask(url, basic ? { authorization: basic } : {}, signal);
    if (status === 401 || status === 403) return failed('its token service does not take the credentials');
    const json = parseStrictJson(body);
    const value = json.kind === 'json' && Check(TokenAnswer, json.value) ? json.value : null;
    const found = value?.token ?? value?.access_token;
    if (status !== 200 || !found || !/^[\x21-\x7e]+$/.test(found))
      return failed(`its token service answered HTTP ${status} without a token`);
    const lifeMs = Math.min(Math.max(value?.expires_in ?? defaultLifeSeconds, 0), 86_400) * 1_000;
    kept.set(scope, { value: `Bearer ${found}`, until: now() + lifeMs - spareMs });
    return { kind: 'header', value: `Bearer ${found}` };
  }

  return {
    known(scope) {
      const one = kept.get(scope);
      return one && one.until > now() ? one.value : null;
    },
    forget: (scope) => void kept.delete(scope),
    async answer(header, scope, signal) {
      const challenge = readChallenge(header);
      if (!challenge) return failed('it wants a kind of authentication that is not spoken here');
      if (challenge.scheme === 'bearer') return token(challenge, scope, signal);
      if (!basic) return failed('it wants a user and a password, and none is configured');
      kept.set(scope, { value: basic, until: Number.POSITIVE_INFINITY });
      return { kind: 'header', value: basic };
    },
  };
}

function basicOf({ username, password }: Endpoint): string | null {
  if (username === undefined || password === undefined) return null;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** @param scope one or more, with a blank between them */
function tokenUrl({ realm, service }: { realm: string; service: string | null }, scope: string): URL | null {
  if (!URL.canParse(realm)) return null;
  const url = new URL(realm);
  if (url.username !== '' || url.password !== '') return null;
  if (service !== null) url.searchParams.set('service', service);
  for (const one of scope.split(' ')) url.searchParams.append('scope', one);
  return url;
}

function failed(reason: string): Authorized {
  return { kind: 'failed', reason };
}
