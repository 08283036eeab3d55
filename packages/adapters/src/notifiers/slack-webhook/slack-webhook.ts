import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { Agent } from 'undici';
import { hostAndPort } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import { parseStrictJson } from '../../http/strict-json.ts';
import type { Closable } from '../../vendor.ts';
import { deliveryOfAnswer, statusInWords } from '../delivery-of-answer.ts';
import { inTime } from '../in-time.ts';
import { isRecord } from '../slack/answer.ts';
import { wholeOf } from '../slack/layout.ts';
import { aboutForeign } from '../web-page.ts';
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
    const { bytes, whole } = await readBody(answered.body, 1_000);
    const { 'retry-after': after } = answered.headers;
    const delivery = deliveryOfAnswer(answered.statusCode, typeof after === 'string' ? after : null, now());
    const said = bytes.toString('utf8');
    if (delivery.kind === 'delivered')
      return whole && isTaken(said) ? delivery : foreign(answered.statusCode, said);
    return delivery.kind === 'refused' ? explained(delivery, said) : delivery;
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

/**
 * Whether a success says that the message was taken: Slack answers `ok`, and nothing for a webhook of a workflow
 * (https://github.com/grafana/alerting/issues/183). What is compatible with it says so in JSON: Rocket.Chat
 * `{"success":true}` (https://github.com/prometheus/alertmanager/issues/3546), Zulip `{"result":"success"}`.
 */
function isTaken(said: string): boolean {
  if (said.trim() === 'ok' || said.trim() === '') return true;
  const read = parseStrictJson(Buffer.from(said));
  const { ok, success, result } = read.kind === 'json' && isRecord(read.value) ? read.value : {};
  return ok === true || success === true || result === 'success';
}

function foreign(status: number, said: string): Delivery {
  const refused = { kind: 'refused', reason: `The receiver answered ${statusInWords(status)}.` } as const;
  const explainedBy = explained(refused, said);
  return explainedBy === refused
    ? { kind: 'refused', reason: `${refused.reason}${aboutForeign(status, said) ?? ''}` }
    : explainedBy;
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
