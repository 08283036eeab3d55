import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { Webhook as Signer } from 'standardwebhooks';
import { Agent, type Dispatcher, errors } from 'undici';
import { hostAndPort } from '../../http/explain-failure.ts';
import { lowerCased } from '../../http/lower-cased.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { deliveryOfAnswer, statusInWords } from '../delivery-of-answer.ts';
import { inTime } from '../in-time.ts';
import { isWebPage } from '../web-page.ts';
import { webhookDocument } from './document.ts';
import type { WebhookSettings } from './settings.ts';

/**
 * POSTs each notification as JSON (`document.ts` has its form), signed as in Standard Webhooks: `webhook-id` is the
 * notification's key, `webhook-timestamp` the second of this attempt, `webhook-signature` is `v1,` and the base64 of
 * HMAC-SHA256 over `id.timestamp.body`. A receiver ignores an id it has seen and a timestamp older than a few minutes.
 * `now` is epoch milliseconds. Throws when the settings cannot work; never for an outside fault.
 * https://www.standardwebhooks.com
 */
export function createWebhook(settings: WebhookSettings, now: () => number = Date.now): Closable<Notifier> {
  const { name, timeoutMs = 10_000, tlsCa } = settings;
  const url = settingsUrl(settings.url, `webhook ${name} url`, 'headers (authorization)');
  const signer = new Signer(readSecret(settings.secret), { format: 'raw' });
  const where = hostAndPort(url);
  const agent = new Agent({ allowH2: false, connect: tlsCa === undefined ? {} : { ca: tlsCa } });

  async function post(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery> {
    const body = JSON.stringify(webhookDocument(outgoing));
    const {
      statusCode,
      headers,
      body: answer,
    } = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers: {
        ...lowerCased(settings.headers),
        'content-type': 'application/json',
        'user-agent': 'lastgood',
        ...signedHeaders(signer, outgoing.notification.key, now(), body),
      },
      body,
      signal,
    });
    const retryAfter = headers['retry-after'];
    const after = typeof retryAfter === 'string' ? retryAfter : null;
    const delivery = deliveryOfAnswer(statusCode, after, now());
    const beginning = await beginningOf(answer);
    if (delivery.kind !== 'delivered' || !isPage(headers['content-type'], beginning)) return delivery;
    return {
      ...delivery,
      doubt: `It answered ${statusInWords(statusCode)} with a web page, as where one has to log in.`,
    };
  }

  return {
    ...{ name, hears: 'people' },
    close: () => agent.destroy(),
    deliver: (outgoing, signal) =>
      inTime({ where, timeoutMs }, signal, (until) => post(outgoing, until).catch(unsendable)),
  };
}

/** So much of an answer's body is looked at, and waited for so long: its status alone says what it means. */
const looked = { bytes: 1_000, ms: 1_000 };

/** As far as it comes: one without an end is no other answer than one without a body. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => body.destroy(), looked.ms);
  try {
    let bytes = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= looked.bytes) break;
    }
  } catch {
    // It was cut off on the way, or by the time that it may take.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** By its header as well: a receiver may answer in XML, and many a framework says of every text that it is HTML. */
function isPage(type: string | string[] | undefined, text: string): boolean {
  return /\bx?html\b/i.test(String(type ?? '')) && isWebPage(text);
}

/** No header takes it, at no time. */
function unsendable(error: unknown): Delivery {
  if (!(error instanceof errors.InvalidArgumentError)) throw error;
  return { kind: 'refused', reason: `The notification cannot be sent: ${error.message}.` };
}

/** The bytes of a secret; the library would take a short one. */
function readSecret(secret: string): Buffer {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.alloc(0);
  if (key.length >= 24 && key.length <= 64) return key;
  throw new Error('webhook secret: write whsec_ and the base64 of 24 to 64 random bytes.');
}

function signedHeaders(signer: Signer, id: string, at: number, body: string): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signer.sign(id, new Date(at), body),
  };
}
