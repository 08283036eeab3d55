import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { Agent } from 'undici';
import { hostAndPort } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { deliveryOfAnswer } from '../delivery-of-answer.ts';
import { inTime } from '../in-time.ts';
import { wholeOf } from '../slack/layout.ts';
import type { SlackWebhookSettings } from './settings.ts';

/**
 * Each notification is a message of its own in the channel that the webhook was made for: a webhook is not told which message it
 * made, so that it can change none and answer to none. `now` is epoch milliseconds. Throws when the settings cannot work.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function createSlackWebhook(
  settings: SlackWebhookSettings,
  now: () => number = Date.now,
): Closable<Notifier> {
  const { name, timeoutMs = 10_000, tlsCa } = settings;
  const url = settingsUrl(settings.url, `slack-webhook ${name} url`, 'its path, as Slack gave it');
  const where = hostAndPort(url);
  const agent = new Agent({ allowH2: false, connect: tlsCa === undefined ? {} : { ca: tlsCa } });

  async function post(body: object, signal: AbortSignal): Promise<Delivery> {
    const answered = await agent.request({
      ...{ origin: url.origin, path: url.pathname + url.search, method: 'POST' },
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'lastgood' },
      body: JSON.stringify(body),
      signal,
    });
    const { bytes } = await readBody(answered.body, 1_000);
    const { 'retry-after': after } = answered.headers;
    const delivery = deliveryOfAnswer(answered.statusCode, typeof after === 'string' ? after : null, now());
    return delivery.kind === 'refused' ? explained(delivery, bytes.toString('utf8')) : delivery;
  }

  return {
    ...{ name, hears: 'people' },
    close: () => agent.destroy(),
    async deliver(outgoing, signal) {
      if (outgoing.to !== null) return { kind: 'refused', reason: oneChannel(outgoing.to) };
      return inTime({ where, timeoutMs }, signal, (until) => post(wholeOf(outgoing, settings), until));
    },
  };
}

/** Slack's word for it stands in the body: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
const advice: Record<string, string> = {
  no_service: 'The webhook was removed or turned off: make a new one and set its url.',
  invalid_token: 'The url is not that of a webhook: copy it anew.',
  no_team: 'The url is not that of a workspace: copy it anew.',
  team_disabled: 'The workspace was closed.',
  channel_is_archived: 'The channel is archived: make a webhook for another one.',
  channel_not_found: 'The channel is gone: make a webhook for another one.',
  action_prohibited: 'The workspace lets no webhook write there: ask its administrators.',
  posting_to_general_channel_denied:
    'The workspace lets no webhook write there: make one for another channel.',
};

function explained(delivery: Extract<Delivery, { kind: 'refused' }>, body: string): Delivery {
  const [word = ''] = /^[a-z_]{2,60}$/.exec(body.trim()) ?? [];
  const known = Object.hasOwn(advice, word) ? ` ${advice[word]}` : '';
  return word === '' ? delivery : { kind: 'refused', reason: `${delivery.reason} It said ${word}.${known}` };
}

function oneChannel(to: string): string {
  const named = to.slice(0, 80);
  return `A webhook writes to its own channel alone, not to ${named}: leave out to, or use a notifier of kind slack.`;
}
