import type { Notifier } from '@lastgood/domain/ports/notifier';
import { startSlackServer } from '@lastgood/testkit/servers/slack-server';
import type { Closable } from '../vendor.ts';
import { createAlertmanager } from './alertmanager/alertmanager.ts';
import { apiV2 } from './alertmanager/alertmanager-harness.ts';
import { createEmail } from './email/email.ts';
import { settingsFor, startMailServer } from './email/mail-server-harness.ts';
import { createOpsgenie } from './opsgenie/opsgenie.ts';
import { startOpsgenie } from './opsgenie/opsgenie-harness.ts';
import { createPagerDuty } from './pagerduty/pagerduty.ts';
import { startPagerDuty } from './pagerduty/pagerduty-harness.ts';
import { startReceiver } from './receiver-harness.ts';
import { createSlack } from './slack/slack.ts';
import { createSlackWebhook } from './slack-webhook/slack-webhook.ts';
import { startHooks } from './slack-webhook/slack-webhook-harness.ts';
import { createTeams } from './teams/teams.ts';
import { addressAt, workflow } from './teams/teams-harness.ts';
import { createWebhook } from './webhook/webhook.ts';

/** A vendor that tells people, and what its receiver has. */
export interface TellingVendor {
  notifier: Closable<Notifier>;
  /** What its people see of the messages that were taken, newest last: each a list of texts. */
  shown(): string[][];
  /** All that was taken, as it came. */
  raw(): string[];
  close(): Promise<void>;
}

type Json = Record<string, unknown>;

/** Every text in a value, and every number; names of members where they are shown. */
function textsIn(value: unknown, withNames = false): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, withNames));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [
    ...(withNames ? [name] : []),
    ...textsIn(one, withNames),
  ]);
}

/** Of members by these names, wherever they are. */
function membersIn(value: unknown, names: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => membersIn(one, names));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    names.includes(name) && typeof one === 'string' ? [one] : membersIn(one, names),
  );
}

/** Plain texts and those with marks, of which Slack shows the three entities as what they stand for. */
function inSlack({ text, blocks }: { text: string; blocks: unknown }): string[] {
  return [text, ...membersIn(blocks, ['text', 'url'])].map(unescaped);
}

async function overReceiver(
  answer: Parameters<typeof startReceiver>[0],
  make: (url: string) => Closable<Notifier>,
  shown: (body: Json) => string[],
): Promise<TellingVendor> {
  const server = await startReceiver(answer);
  return telling(make(server.url), server, shown);
}

function telling(
  notifier: Closable<Notifier>,
  server: { accepted: { body: unknown }[]; close(): Promise<void> },
  shown: (body: Json) => string[],
): TellingVendor {
  return {
    notifier,
    shown: () => server.accepted.map(({ body }) => shown(body as Json)),
    raw: () => server.accepted.map(({ body }) => JSON.stringify(body)),
    async close() {
      await notifier.close();
      await server.close();
    },
  };
}

const routingKey = 'a'.repeat(32);
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Every vendor that people read, by its kind, at a server that behaves as the real one. */
export const peopleVendors: Record<string, () => Promise<TellingVendor>> = {
  webhook: () =>
    overReceiver(
      () => ({ status: 204, text: '' }),
      (url) => createWebhook({ name: 'hook', url, secret }),
      ({ data }) => textsIn(data),
    ),
  async slack() {
    const slack = await startSlackServer();
    const notifier = createSlack({
      name: 'chat',
      token: slack.token,
      channel: 'C0INCIDENTS',
      url: slack.api,
    });
    return {
      notifier,
      shown: () => slack.messages.map(inSlack),
      raw: () => slack.messages.map((message) => JSON.stringify(message)),
      async close() {
        await notifier.close();
        await slack.close();
      },
    };
  },
  async 'slack-webhook'() {
    const hooks = await startHooks();
    const notifier = createSlackWebhook({ name: 'chat', url: hooks.url });
    return {
      notifier,
      shown: () => hooks.taken.map(inSlack),
      raw: () => hooks.taken.map((body) => JSON.stringify(body)),
      async close() {
        await notifier.close();
        await hooks.close();
      },
    };
  },
  teams: () =>
    overReceiver(
      workflow,
      (url) => createTeams({ name: 'teams', url: addressAt({ url }) }),
      // An underscore is escaped where it might begin something; nobody sees the escape.
      (body) =>
        membersIn(body, ['text', 'title', 'value', 'url']).map((text) => text.replace(/\\(.)/g, '$1')),
    ),
  async email() {
    const server = await startMailServer({ authOptional: true });
    const notifier = createEmail(settingsFor(server.port));
    return {
      notifier,
      shown: () =>
        server.taken.map(({ read }) => [read.subject ?? '', read.text ?? '', ...wordsOf(read.html ?? '')]),
      raw: () => server.taken.map(({ raw, read }) => `${raw}\n${read.text}\n${read.html}`),
      async close() {
        await notifier.close();
        await server.close();
      },
    };
  },
  async pagerduty() {
    const server = await startPagerDuty([routingKey]);
    const notifier = createPagerDuty({ name: 'pager', routingKey, url: server.url });
    return telling(notifier, server, ({ payload, links }) => {
      const { summary, component, group, class: stage, custom_details: details } = payload as Json;
      return [...textsIn([summary, component, group, stage]), ...textsIn(details, true), ...textsIn(links)];
    });
  },
  async opsgenie() {
    const server = await startOpsgenie('key');
    const notifier = createOpsgenie({ name: 'on-call', apiKey: 'key', url: server.url }, Date.now, 0);
    return telling(notifier, server, ({ message, description, details, note } = {}) => [
      ...textsIn([message, description, note]),
      ...textsIn(details, true),
    ]);
  },
  alertmanager: () =>
    overReceiver(
      apiV2,
      (url) => createAlertmanager({ name: 'alerts', urls: [url] }),
      (alerts) => textsIn(Object.values(alerts).at(-1)),
    ),
};

/** What a mail client shows of HTML, a text each, and where its links go. */
function wordsOf(html: string): string[] {
  const body = html.replace(/<(style|head)[\s\S]*?<\/\1>/g, '');
  const links = [...body.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
  return [...body.split(/<[^>]*>/), ...links].map(unescaped).filter((text) => text.trim() !== '');
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (found, name: string) => entities[name] ?? found);
}
