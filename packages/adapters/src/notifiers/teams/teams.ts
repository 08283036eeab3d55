import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { createReceiverClient, type ReceiverAnswer, type ReceiverClient } from '../receiver-client.ts';
import { isWebPage } from '../web-page.ts';
import { postedOf } from './posted.ts';
import type { TeamsSettings } from './settings.ts';

/** A workflow that posts into one channel. */
interface Channel {
  client: ReceiverClient;
  /** The query, by which the workflow knows who may post. */
  query: string;
}

/**
 * Posts each notification as an adaptive card through a workflow of Microsoft Teams ("When a Teams webhook request is received"). A workflow
 * answers before it posts and tells no id: nothing is updated, each stage is a card of its own. `now` is epoch milliseconds.
 * Throws when the settings cannot work; never for an outside fault.
 */
export function createTeams(settings: TeamsSettings, now: () => number = Date.now): Closable<Notifier> {
  const { name, channels = {} } = settings;
  const byDefault = openChannel(settings, settings.url, `teams ${name} url`, now);
  const named = new Map(
    Object.entries(channels).map(([channel, url]) => [
      channel,
      openChannel(settings, url, `teams ${name} channels.${channel}`, now),
    ]),
  );
  const channelOf = (to: string | null) => (to === null ? byDefault : named.get(to));
  const unknown = 'There is no channel of this name in the settings.';

  return {
    ...{ name, hears: 'people', handsOverTo: 'Teams' },
    async close() {
      await Promise.all([byDefault, ...named.values()].map(({ client }) => client.close()));
    },
    async deliver(outgoing, signal) {
      const channel = channelOf(outgoing.to);
      if (!channel) return { kind: 'refused', reason: unknown };
      const { client, query } = channel;
      const answer = await client.ask({ method: 'POST', path: query, body: postedOf(outgoing) }, signal);
      return answer.kind === 'answered' ? outcomeOf(client, answer) : answer;
    },
    async probe(to) {
      if (channelOf(to)) return null;
      const known = [...named.keys()].slice(0, 20).join(', ');
      const advice =
        known === '' ? 'Add it to channels.' : `Add it to channels, or use one of these: ${known}.`;
      return { setting: null, reason: unknown, advice };
    },
  };
}

function openChannel(settings: TeamsSettings, given: string, setting: string, now: () => number): Channel {
  const { tlsCa, timeoutMs = 10_000 } = settings;
  const url = settingsUrl(given, setting, 'the address that Teams shows, which has none');
  // Who answers may say the address back as it is read, or as it was written.
  const written = url.search.split(/[?&]/).map((pair) => pair.slice(pair.indexOf('=') + 1));
  const secrets = [...url.searchParams.values(), ...written].filter((value) => value.length > 15);
  const client = createReceiverClient(
    { title: 'Microsoft Teams', url, headers: {}, secrets, tlsCa, timeoutMs },
    now,
  );
  return { client, query: /^\/+$/.test(url.pathname) ? `/${url.search}` : url.search };
}

/**
 * A workflow answers 202 without a body, or with what its own action *Response* says; a connector 200 and `1`, and 200 as well where Teams did
 * not take the message: https://github.com/MicrosoftDocs/msteams-docs/issues/1810
 */
function outcomeOf(client: ReceiverClient, answer: ReceiverAnswer): Delivery {
  const { status, text } = answer;
  if (status < 200 || status >= 300) return client.failed(answer, saidIn(answer));
  const [words, found] =
    /^Webhook message delivery failed with error: (?:.*HTTP error (\d{3}))?.*/.exec(text) ?? [];
  if (words !== undefined) return client.failed({ ...answer, status: Number(found ?? 502) }, words);
  return isWebPage(text) ? client.failed(answer, null) : { kind: 'delivered' };
}

/** `{ "error": { "code": "WorkflowTriggerIsNotEnabled", "message": "..." } }` */
function saidIn({ json }: ReceiverAnswer): string | null {
  if (typeof json !== 'object' || json === null || !('error' in json)) return null;
  const { error } = json;
  if (typeof error !== 'object' || error === null || !('message' in error)) return null;
  return typeof error.message === 'string' ? error.message : null;
}
