import type { Delivery } from '@lastgood/domain/notification/delivery';
import { longestWaitMs } from '@lastgood/domain/notification/next-try';
import { Agent } from 'undici';
import { hostAndPort } from '../http/explain-failure.ts';
import { readBody } from '../http/read-body.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { parseStrictJson } from '../http/strict-json.ts';
import { aboutRedirect, mayPass, statusInWords } from './delivery-of-answer.ts';
import { fittingText } from './fitting-text.ts';
import { inTime } from './in-time.ts';
import { aboutForeign } from './web-page.ts';
import { withoutSecrets } from './without-secrets.ts';

/** No answer that means something here is longer. */
const maxBytes = 1_048_576;
const longestSaid = 300;

export interface ReceiverSettings {
  /** Who is told, in words: "PagerDuty". */
  title: string;
  url: URL;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** What must not stand in any reason, though the receiver says it. */
  secrets: readonly string[];
  tlsCa: string | undefined;
  timeoutMs: number;
}

export interface ReceiverRequest {
  method: 'GET' | 'POST' | 'PUT';
  /** Behind the path of the address; beginning with a slash. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface ReceiverAnswer {
  kind: 'answered';
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Undefined where the body is none that can be read in one way. */
  json: unknown;
  /** The body as it came, as far as it was read. */
  text: string;
}

export type NotDelivered = Exclude<Delivery, { kind: 'delivered' }>;

/** One receiver that speaks JSON over HTTP. Redirects are not followed: a key goes only where the configuration sends it. */
export interface ReceiverClient {
  /** Never throws for an outside fault. What was not answered may have arrived all the same. */
  ask(request: ReceiverRequest, signal: AbortSignal): Promise<ReceiverAnswer | NotDelivered>;
  /**
   * What an answer that is not the one of a success means: 408, 425, 429 and 5xx are asked again, after what `Retry-After` says; everything else will be
   * answered the same again, a success that is none of the receiver's included. `said`: what the receiver wrote about it.
   */
  failed(answer: ReceiverAnswer, said: string | null): NotDelivered;
  /** The same where it may work later. */
  later(answer: ReceiverAnswer, said: string | null, afterMs?: number | null): NotDelivered;
  /** What the receiver wrote, as it may be shown: a short line without a secret and without a full stop. */
  shown(said: string): string;
  close(): Promise<void>;
}

export function createReceiverClient(settings: ReceiverSettings, now: () => number): ReceiverClient {
  const { title, url, headers, secrets, tlsCa, timeoutMs } = settings;
  const where = `${title} at ${hostAndPort(url)}`;
  const root = url.pathname.replace(/\/+$/, '');
  const agent = new Agent({ allowH2: false, connect: tlsCa === undefined ? {} : { ca: tlsCa } });

  async function send(
    { method, path, body, headers: more = {} }: ReceiverRequest,
    signal: AbortSignal,
  ): Promise<ReceiverAnswer> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await agent.request({
      ...{ origin: url.origin, path: root + path, method, signal },
      headers: { accept: 'application/json', 'user-agent': 'lastgood', ...headers, ...type, ...more },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const { bytes, whole } = await readBody(answer.body, maxBytes);
    const read = parseStrictJson(bytes);
    const json = whole && read.kind === 'json' ? read.value : undefined;
    const { statusCode: status, headers: sent } = answer;
    return { kind: 'answered', status, headers: sent, json, text: bytes.toString('utf8') };
  }

  function shown(said: string): string {
    return fittingText(withoutSecrets(said, secrets), longestSaid).replace(/\.$/, '');
  }

  function reasonOf({ status, text }: ReceiverAnswer, said: string | null): string {
    const answered = `${title} answered ${statusInWords(status)}`;
    const words = said === null ? '' : shown(said);
    const about = words === '' ? (aboutForeign(status, text) ?? '') : '';
    return `${answered}${words === '' ? '' : `: ${words}`}.${about}${aboutRedirect(status)}`;
  }

  function later(answer: ReceiverAnswer, said: string | null, afterMs: number | null = null): NotDelivered {
    const otherwise = afterMs === null ? null : Math.min(afterMs, longestWaitMs);
    const asked = retryAfterMs(answer.headers['retry-after'], now(), longestWaitMs) ?? otherwise;
    return { kind: 'retry', reason: reasonOf(answer, said), afterMs: asked };
  }

  return {
    ...{ later, shown },
    close: () => agent.destroy(),
    failed(answer, said) {
      return mayPass(answer.status)
        ? later(answer, said)
        : { kind: 'refused', reason: reasonOf(answer, said) };
    },
    ask: (request, signal) => inTime({ where, timeoutMs }, signal, (until) => send(request, until)),
  };
}
