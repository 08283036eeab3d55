import type { HttpProbe } from '@lastgood/domain/ports/http-probe';
import type { ProbeResult } from '@lastgood/domain/verification/probe-result';
import { Agent } from 'undici';
import { explainFailure, hostAndPort } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import type { Closable } from '../../vendor.ts';
import { createAddressPolicy } from './address-policy.ts';
import { createGuardedConnector, type Resolve, refusalIn, resolveBySystem } from './guarded-connector.ts';
import { type HttpProbeSettings, maxBodyBytes, maxTimeoutMs } from './settings.ts';

/** The last answer, which is not followed any further. */
interface Ended {
  kind: 'ended';
  status: number;
  ageMs: number;
}

type Target = { kind: 'target'; url: URL } | { kind: 'refused'; reason: string };

/**
 * Sends GETs for checks, with nothing of ours in them. Every address is judged where it is dialled, for each redirect
 * anew; every probe opens its own connection. A redirect is followed within its host: another one is not what the check
 * declares. Throws when the settings cannot work.
 */
export function createHttpProbe(
  settings: HttpProbeSettings,
  resolve: Resolve = resolveBySystem,
): Closable<HttpProbe> {
  const { timeoutMs = maxTimeoutMs, maxBytes = maxBodyBytes, maxRedirects = 3, tlsCa } = settings;
  const policy = createAddressPolicy(settings.allowedAddresses);
  const tls = tlsCa === undefined ? {} : { ca: tlsCa };
  const connect = createGuardedConnector(policy, resolve, { ...tls, timeoutMs });
  // No keep-alive (pipelining 0): a connection kept open would skip the judging and the name's resolution.
  const agent = new Agent({ connect, pipelining: 0 });

  /** What is asked, or why it may not be: by what is written alone. */
  function toTarget(text: string, base?: URL): Target {
    const parsed = parseTarget(text, base);
    if (parsed.kind === 'refused') return parsed;
    const { url } = parsed;
    const where = hostAndPort(url);
    if (base && url.hostname !== base.hostname) {
      const reason = `${hostAndPort(base)} redirects to another host, which is not followed: declare the address that answers.`;
      return { kind: 'refused', reason };
    }
    if (policy.refusalOfHost(url.hostname, portOf(url)) === null) return parsed;
    const reason = `${where} is not among the hosts that checks may ask: name another one, or have probe.allowedAddresses in the configuration of Lastgood name it.`;
    return { kind: 'refused', reason };
  }

  async function follow(url: URL, redirectsLeft: number, signal: AbortSignal): Promise<Ended | Target> {
    const { origin, pathname, search } = url;
    // A proof is asked of what serves now, not of a cache on the way.
    const headers = { 'user-agent': 'lastgood', accept: '*/*', 'cache-control': 'no-cache' };
    const response = await agent.request({ origin, path: pathname + search, method: 'GET', headers, signal });
    // Read, so that a server that dies inside its answer is seen; the rest of a long answer is not waited for.
    await readBody(response.body, maxBytes);
    const to = redirectOf(response.statusCode, response.headers.location);
    if (to === null || maxRedirects === 0)
      return { kind: 'ended', status: response.statusCode, ageMs: ageOf(response.headers.age) };
    const next = toTarget(to, url);
    if (next.kind === 'refused') return next;
    if (redirectsLeft === 0)
      return { kind: 'refused', reason: `${hostAndPort(url)} redirected more than ${maxRedirects} times.` };
    return follow(next.url, redirectsLeft - 1, signal);
  }

  async function get(text: string, signal: AbortSignal): Promise<ProbeResult> {
    const target = toTarget(text);
    if (target.kind === 'refused') return target;
    const where = hostAndPort(target.url);
    const deadline = AbortSignal.timeout(timeoutMs);
    const startedAt = performance.now();
    try {
      signal.throwIfAborted();
      const end = await follow(target.url, maxRedirects, AbortSignal.any([signal, deadline]));
      if (end.kind !== 'ended') return { kind: 'refused', reason: end.kind === 'refused' ? end.reason : '' };
      const { status, ageMs } = end;
      return { kind: 'answered', status, tookMs: performance.now() - startedAt, ageMs };
    } catch (error) {
      if (signal.aborted) return { kind: 'unreachable', reason: `The request to ${where} was called off.` };
      // One sentence for all: whoever may only declare checks is not to learn by them what listens where.
      return {
        kind: 'unreachable',
        reason: `${where} could not be reached.`,
        detail: detailOf(error, where, deadline),
      };
    }
  }

  function detailOf(error: unknown, where: string, deadline: AbortSignal): string {
    const refusal = refusalIn(error);
    if (refusal !== null) return `${refusal}; probe.allowedAddresses does not let it be asked.`;
    if (deadline.aborted) return `${where} did not answer within ${timeoutMs / 1000} s.`;
    return explainFailure(error, where);
  }

  return {
    get,
    refusal(text) {
      const target = toTarget(text);
      return target.kind === 'refused' ? target.reason : null;
    },
    close: () => agent.destroy(),
  };
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

function parseTarget(text: string, base?: URL): Target {
  const url = URL.parse(text, base?.href);
  if (!url) return { kind: 'refused', reason: `"${text}" is not a URL.` };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { kind: 'refused', reason: `Only http and https are asked, not ${url.protocol.slice(0, -1)}.` };
  }
  if (url.username !== '' || url.password !== '') {
    return { kind: 'refused', reason: 'A user or a password in a URL is not sent; remove it.' };
  }
  return { kind: 'target', url };
}

/** How old a cache says its answer is. https://www.rfc-editor.org/rfc/rfc9111#name-age */
function ageOf(header: string | string[] | undefined): number {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : 0;
}

// https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
const redirects = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends us on; null when it is the last one. */
function redirectOf(status: number, location: string | string[] | undefined): string | null {
  return redirects.has(status) && typeof location === 'string' ? location : null;
}
