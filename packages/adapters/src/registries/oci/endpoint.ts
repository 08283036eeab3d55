import { isIP } from 'node:net';
import { hostAndPort } from '../../http/explain-failure.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { BackupSettings, OciSettings } from './settings.ts';

/** How one registry is reached, primary or backup. */
export interface Endpoint {
  /** Origin and path before `/v2`, without a slash at its end. */
  base: string;
  origin: string;
  /** For people; never holds a credential. */
  where: string;
  username: string | undefined;
  password: string | undefined;
  plainHttp: boolean;
  /** It is this machine, so it may lead to others of this machine. */
  isHere: boolean;
  /** Name of the one host that may see the password as its token service. */
  tokenHost: string;
  tlsCa: string | undefined;
}

type Reached = Pick<
  BackupSettings | OciSettings,
  'host' | 'url' | 'username' | 'password' | 'plainHttp' | 'tlsCa' | 'tokenService'
>;

/** Throws when the settings cannot work. Without TLS only this machine is spoken to, or what is allowed by name. */
export function endpointOf(settings: Reached): Endpoint {
  const { host, username, password, plainHttp = false, tlsCa } = settings;
  const url = settingsUrl(settings.url ?? defaultUrl(host), `registry ${host} url`, 'username and password');
  const isHere = isLoopback(url.hostname);
  if (!isAllowed(url, { plainHttp, isHere }))
    throw new Error(
      `registry ${host} url: without TLS only this machine is spoken to; set plainHttp to allow it.`,
    );
  if ((username === undefined) !== (password === undefined))
    throw new Error(`registry ${host}: give both username and password, or neither.`);
  return {
    base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    origin: url.origin,
    where: `registry ${hostAndPort(url)}`,
    ...{ username, password, plainHttp, isHere, tlsCa },
    tokenHost: settings.tokenService ?? knownTokenServices[url.hostname] ?? url.hostname,
  };
}

/** Of registries that have it under another name by default: https://docs.docker.com/reference/api/registry/auth/ */
const knownTokenServices: Readonly<Record<string, string>> = { 'registry-1.docker.io': 'auth.docker.io' };

/** Docker Hub has its API under another name: https://docs.docker.com/docker-hub/usage/pulls/ */
function defaultUrl(host: string): string {
  if (host === 'docker.io') return 'https://registry-1.docker.io';
  const isHere = URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname);
  return `${isHere ? 'http' : 'https'}://${host}`;
}

/**
 * Whether something may be sent there: over TLS, or where http is allowed; to this machine only by a registry of this machine,
 * for any other one could have us ask what only we can reach.
 */
export function isAllowed(url: URL, { plainHttp, isHere }: Pick<Endpoint, 'plainHttp' | 'isHere'>): boolean {
  if (isLoopback(url.hostname)) return isHere && /^https?:$/.test(url.protocol);
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && plainHttp;
}

function isLoopback(hostname: string): boolean {
  if (/^(.+\.)?localhost\.?$/.test(hostname) || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
