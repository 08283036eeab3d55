import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { noCertificates, selfMadeCertificate } from '@lastgood/adapters/notifiers/certificate-harness';
import { startMailServer } from '@lastgood/adapters/notifiers/email/mail-server-harness';
import { startPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty-harness';
import { startReceiver } from '@lastgood/adapters/notifiers/receiver-harness';
import type { NotifyPlace, NotifyRoute } from '@lastgood/domain';
import { closedPort, type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { startSlackServer } from '@lastgood/testkit/servers/slack-server';
import type { ConfigFile } from '../config/config-schema.ts';

/** What a receiver has in its hands: a message by its key, and where it is told to people. */
export interface Arrival {
  place: string;
  key: string;
}

/** A place of a route that fails in a way of its own, who is told in its stead, and how that is seen. */
export interface BrokenPlace {
  place: NotifyPlace;
  fallback: NotifyPlace;
  /** It says that it never will, and not that it may later. */
  refuses: boolean;
  /** Where what is told in its stead arrives, as `arrivals` names it. */
  hearsInstead: string;
}

const keyOfPager = 'a'.repeat(32);
const revokedKey = 'b'.repeat(32);
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const oncall = { notifier: 'oncall' };
const pager = { notifier: 'pager' };

/** By the team whose route begins there. */
export const brokenPlaces: Record<string, BrokenPlace> = {
  limited: { place: { notifier: 'limited' }, fallback: oncall, refuses: false, hearsInstead: 'oncall' },
  'no-channel': {
    place: { notifier: 'chat', to: 'C0REMOVED1' },
    ...{ fallback: { notifier: 'chat', to: 'C0INCIDENTS' }, refuses: true, hearsInstead: 'chat C0INCIDENTS' },
  },
  'revoked-key': {
    place: { notifier: 'pager', to: 'revoked' },
    ...{ fallback: pager, refuses: true, hearsInstead: 'pager' },
  },
  'always-500': {
    place: { notifier: 'opsgenie' },
    ...{ fallback: oncall, refuses: false, hearsInstead: 'oncall' },
  },
  redirected: {
    place: { notifier: 'teams' },
    ...{ fallback: { notifier: 'post', to: 'lead@example.com' }, refuses: true },
    hearsInstead: 'post lead@example.com',
  },
  hung: { place: { notifier: 'hung' }, fallback: pager, refuses: false, hearsInstead: 'pager' },
  'no-starttls': {
    place: { notifier: 'mail' },
    ...{ fallback: { notifier: 'teams', to: 'backup' }, refuses: true, hearsInstead: 'teams backup' },
  },
  'no-mailbox': {
    place: { notifier: 'post', to: 'gone@example.com' },
    ...{ fallback: { notifier: 'post' }, refuses: true, hearsInstead: 'post ops@example.com' },
  },
  untrusted: {
    place: { notifier: 'alerts' },
    ...{ fallback: { notifier: 'alerts-b' }, refuses: noCertificates === null, hearsInstead: 'alerts-b' },
  },
  down: { place: { notifier: 'down' }, fallback: oncall, refuses: false, hearsInstead: 'oncall' },
  gone: { place: { notifier: 'gone' }, fallback: pager, refuses: true, hearsInstead: 'pager' },
  cut: { place: { notifier: 'cut' }, fallback: oncall, refuses: false, hearsInstead: 'oncall' },
};

/** Of one team every place is broken; another's receivers are well. */
export const allBroken = 'all-broken';
export const healthy = 'healthy';

function routes(): NotifyRoute[] {
  return [
    ...Object.entries(brokenPlaces).map(([team, { place, fallback }]) => ({
      ...{ teams: [team], to: [place], fallback: [fallback] },
    })),
    {
      teams: [allBroken],
      to: Object.values(brokenPlaces).map(({ place }) => place),
      fallback: [pager],
    },
    { teams: [healthy], to: [oncall, pager, { notifier: 'chat', to: 'C0INCIDENTS' }, { notifier: 'post' }] },
  ];
}

/** Local servers that behave, and fail, as the real receivers do. */
export async function startReceivers() {
  const limited = await startSlackServer();
  const chat = await startSlackServer();
  const pagerDuty = await startPagerDuty([keyOfPager]);
  const opsgenie = await startReceiver(() => ({ status: 500, json: { message: 'Internal error' } }));
  const redirectedTo = await startReceiver(() => ({ status: 202 }));
  const teams = await startReceiver(({ path }) =>
    path === '/backup' ? { status: 202 } : { status: 302, headers: { location: redirectedTo.url } },
  );
  const mail = await startMailServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
  const post = await startMailServer({ authOptional: true });
  post.answers.recipient = (address) => (address === 'gone@example.com' ? '550 5.1.1 No such mailbox' : null);
  const alerts = await startReceiver(() => ({ status: 200 }));
  const untrusted = await startUntrusted();
  const webhook = await startReceiver(({ path }) => ({ status: path === '/gone' ? 410 : 200 }));
  const hung = await startHung();
  const cut = await startCut();
  for (let n = 0; n < 500; n += 1)
    limited.befalls.push({ method: 'chat.postMessage', fault: 429, retryAfter: '86400' });

  const hook = (name: string, url: string) => ({ kind: 'webhook' as const, name, url, secret });
  const slack = (name: string, { api, token }: typeof chat) => ({
    ...{ kind: 'slack' as const, name, url: api, token, channel: 'C0INCIDENTS' },
  });
  const smtp = (name: string, port: number, tls: 'none' | 'starttls') => ({
    ...{ kind: 'email' as const, name, host: '127.0.0.1', port, tls },
    ...{ from: 'lastgood@example.com', to: ['ops@example.com'] },
  });
  const down = `http://127.0.0.1:${await closedPort()}`;
  const notifiers: ConfigFile['notifiers'] = [
    ...[slack('limited', limited), slack('chat', chat)],
    {
      ...{ kind: 'pagerduty', name: 'pager', url: pagerDuty.url, routingKey: keyOfPager },
      routingKeys: { revoked: revokedKey },
    },
    { kind: 'opsgenie', name: 'opsgenie', url: opsgenie.url, apiKey: 'key-of-opsgenie' },
    { kind: 'teams', name: 'teams', url: `${teams.url}/moved`, channels: { backup: `${teams.url}/backup` } },
    ...[smtp('mail', mail.port, 'starttls'), smtp('post', post.port, 'none')],
    { kind: 'alertmanager', name: 'alerts', urls: [untrusted.url] },
    { kind: 'alertmanager', name: 'alerts-b', urls: [alerts.url] },
    { kind: 'alertmanager', name: 'down', urls: [down] },
    ...[hook('oncall', `${webhook.url}/oncall`), hook('gone', `${webhook.url}/gone`)],
    ...[hook('hung', hung.url), hook('cut', cut.url)],
  ];
  const servers = [limited, chat, pagerDuty, opsgenie, redirectedTo, teams, mail, post, alerts];

  const bySlack = (place: string, { messages }: typeof chat) =>
    messages
      .filter(({ thread_ts }) => thread_ts !== null)
      .map(({ channel, metadata }) => [
        place === 'chat' ? `chat ${channel}` : place,
        metadata?.event_payload.key,
      ]);
  return {
    file: { notifiers, notifications: { routes: routes() } } satisfies ConfigFile,
    /** Everything that is in a receiver's hands, each receiver's in the order in which it came. */
    arrivals(): Arrival[] {
      const found = [
        ...bySlack('limited', limited),
        ...bySlack('chat', chat),
        ...pagerDuty.accepted.map(({ body }) => ['pager', body.payload.custom_details.Key]),
        ...teams.accepted.map(({ body }) => ['teams backup', body.attachments[0].content.body[0].id]),
        ...post.taken.map(({ to, read }) => [
          `post ${to.join()}`,
          read.headers.find(({ key }) => key === 'x-lastgood-key')?.value,
        ]),
        ...alerts.accepted.map(({ body }) => ['alerts-b', body.at(-1).labels.key]),
        ...webhook.accepted.map(({ body, headers }) => ['oncall', keyOfHook(body, headers)]),
        ...cut.taken.map((key) => ['cut', key]),
        ...[...mail.taken, ...redirectedTo.seen].map(() => ['nowhere', 'what went where it must not']),
      ];
      return found.map(([place = '', key = '']) => ({ place, key }));
    },
    /** Instants at which the one that is busy was asked. */
    callsOfLimited: () => limited.calls.filter(({ method }) => method === 'chat.postMessage').length,
    hanging: hung.open,
    openPagerAlerts: () => pagerDuty.alerts.filter(({ state }) => state !== 'resolved'),
    pagerCalls: pagerDuty.calls,
    /** What stands beside an alert at the pager. */
    pagerWords: (key: string): Record<string, string> =>
      pagerDuty.accepted.find(({ body }) => body.payload.custom_details.Key === key)?.body.payload
        .custom_details ?? {},
    /** What is busy and what is cut work again. */
    recover() {
      limited.befalls.length = 0;
      cut.heal();
    },
    async close() {
      await Promise.all([...servers, webhook, untrusted, hung, cut].map((server) => server.close()));
    },
  };
}

/** The key by which a receiver tells that it has a message already, which stands twice. */
function keyOfHook(body: { data: { key: string } }, headers: Record<string, unknown>): string {
  return headers['webhook-id'] === body.data.key ? body.data.key : 'two keys that differ';
}

/** Takes every request and answers none. */
async function startHung(): Promise<LocalServer & { open(): number }> {
  let open = 0;
  const server = await startLocalServer((request, response) => {
    request.resume();
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
  });
  return { ...server, open: () => open };
}

/** Takes what it is told, and its connection breaks within the answer. */
async function startCut(): Promise<LocalServer & { taken: string[]; heal(): void }> {
  let isBroken = true;
  const taken: string[] = [];
  const server = await startLocalServer(async (request, response) => {
    taken.push(keyOfHook(JSON.parse(await text(request)), request.headers));
    if (!isBroken) return void response.end();
    request.socket.write('HTTP/1.1 20');
    request.socket.destroySoon();
  });
  return {
    ...{ ...server, taken },
    heal() {
      isBroken = false;
    },
  };
}

/** Shows a certificate that nobody signed; where none can be made, nobody is there. */
async function startUntrusted(): Promise<{ url: string; close(): Promise<void> }> {
  if (noCertificates !== null)
    return { url: `http://127.0.0.1:${await closedPort()}`, close: async () => undefined };
  const server = createTlsServer(selfMadeCertificate(), (_request, response) => void response.end('[]'));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
