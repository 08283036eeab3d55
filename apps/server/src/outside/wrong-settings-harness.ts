import { startMailServer } from '@lastgood/adapters/notifiers/email/mail-server-harness';
import { startPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty-harness';
import { startReceiver } from '@lastgood/adapters/notifiers/receiver-harness';
import { startSlackServer } from '@lastgood/testkit/servers/slack-server';
import type { ConfigFile } from '../config/config-schema.ts';

export const secrets = {
  token: 'xoxb-99-do-not-tell',
  key: 'do0not0tell0do0not0tell0do0not00',
  apiKey: 'do-not-tell-opsgenie',
};

/** Receivers whose settings are wrong, each in its own way, one that never answers, and one that is well. */
export async function startWrongSettings() {
  const slack = await startSlackServer();
  const revoked = await startSlackServer();
  const pagerDuty = await startPagerDuty(['a'.repeat(32)]);
  const nothing = await startReceiver(() => ({ status: 404, json: { message: 'Not found' } }));
  const hung = await startReceiver(() => ({ status: 200 }));
  hung.instead = 'never';
  const mail = await startMailServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
  const { token, api: url } = slack;
  const notifiers: ConfigFile['notifiers'] = [
    { kind: 'slack', name: 'chat', url: revoked.api, token: secrets.token, channel: 'C0INCIDENTS' },
    { kind: 'slack', name: 'team', url, token, channel: 'C0MISSING1' },
    { kind: 'pagerduty', name: 'pager', url: pagerDuty.url, routingKey: secrets.key },
    { kind: 'opsgenie', name: 'calls', url: nothing.url, apiKey: secrets.apiKey },
    { kind: 'alertmanager', name: 'alerts', urls: [nothing.url] },
    { kind: 'slack', name: 'moved', url: nothing.url, token, channel: 'C0INCIDENTS' },
    {
      ...{ kind: 'email', name: 'mail', host: '127.0.0.1', port: mail.port },
      ...{ from: 'lastgood@example.com', to: ['ops@example.com'] },
    },
    // No settings of its own end it.
    { kind: 'slack', name: 'hung', url: hung.url, token, channel: 'C0INCIDENTS', timeoutMs: 14_000 },
    { kind: 'slack', name: 'well', url, token, channel: 'C0INCIDENTS' },
  ];
  return {
    file: { notifiers } satisfies ConfigFile,
    hung,
    slack,
    /** What can be put right at the receivers. */
    mend() {
      revoked.token = secrets.token;
      slack.channels.set('C0MISSING1', { name: 'team', is_archived: false, is_member: true });
    },
    async close() {
      const servers = [slack, revoked, pagerDuty, nothing, hung, mail];
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** By the name of the notifier, the setting that is found to be wrong. */
export const foundAt: Record<string, string> = {
  chat: 'notifiers.0.token',
  team: 'notifiers.1.channel',
  pager: 'notifiers.2.routingKey',
  calls: 'notifiers.3.url',
  alerts: 'notifiers.4.urls',
  moved: 'notifiers.5.url',
  mail: 'notifiers.6.tls',
};
