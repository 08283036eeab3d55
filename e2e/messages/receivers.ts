import { createAlertmanager } from '@lastgood/adapters/notifiers/alertmanager/alertmanager';
import { apiV2 } from '@lastgood/adapters/notifiers/alertmanager/alertmanager-harness';
import { createEmail } from '@lastgood/adapters/notifiers/email/email';
import { settingsFor, startMailServer } from '@lastgood/adapters/notifiers/email/mail-server-harness';
import { createGitHub } from '@lastgood/adapters/notifiers/github/github';
import { startGitHub } from '@lastgood/adapters/notifiers/github/github-harness';
import { createGitLab } from '@lastgood/adapters/notifiers/gitlab/gitlab';
import { startGitLab } from '@lastgood/adapters/notifiers/gitlab/gitlab-harness';
import { createOpsgenie } from '@lastgood/adapters/notifiers/opsgenie/opsgenie';
import { startOpsgenie } from '@lastgood/adapters/notifiers/opsgenie/opsgenie-harness';
import { createPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty';
import { startPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty-harness';
import { startReceiver } from '@lastgood/adapters/notifiers/receiver-harness';
import { createSlack } from '@lastgood/adapters/notifiers/slack/slack';
import { createTeams } from '@lastgood/adapters/notifiers/teams/teams';
import { addressAt, workflow } from '@lastgood/adapters/notifiers/teams/teams-harness';
import { createWebhook } from '@lastgood/adapters/notifiers/webhook/webhook';
import { startSlackServer } from '@lastgood/testkit/servers/slack-server';

const channel = 'C0INCIDENTS';
const routingKey = 'a'.repeat(32);
const token = 'glpat-0123456789abcdef';
const project = 'acme/shop';

/** A server for each kind of notifier, which refuses what the vendor's refuses, and a notifier that tells it. `now` is epoch milliseconds. */
export async function startReceivers(now: () => number, commits: readonly string[]) {
  const [slack, mail, teams, pagerDuty, opsgenie, alertmanager, gitHub, gitLab, webhook] = await Promise.all([
    startSlackServer(),
    startMailServer({ authOptional: true }, now),
    startReceiver(workflow),
    startPagerDuty([routingKey]),
    startOpsgenie('genie-key'),
    startReceiver(apiV2),
    startGitHub(token, project, commits),
    startGitLab(token, [project], commits),
    startReceiver(() => ({ status: 204 })),
  ]);
  const notifiers = [
    createSlack(
      { name: 'slack', token: slack.token, channel, url: slack.api, signingSecret: '0123456789abcdef' },
      now,
    ),
    createEmail(settingsFor(mail.port), now),
    createTeams({ name: 'teams', url: addressAt(teams) }, now),
    createPagerDuty({ name: 'pagerduty', routingKey, url: pagerDuty.url }, now),
    createOpsgenie({ name: 'opsgenie', apiKey: 'genie-key', url: opsgenie.url }, now),
    createAlertmanager({ name: 'alertmanager', urls: [alertmanager.url] }, now),
    createGitHub({ name: 'github', token, repository: project, url: gitHub.url, deployments: true }, now),
    createGitLab({ name: 'gitlab', token, project, url: gitLab.url }, now),
    createWebhook({ name: 'webhook', url: webhook.url, secret: `whsec_${'A'.repeat(32)}` }, now),
  ];
  const servers = { slack, mail, teams, pagerDuty, opsgenie, alertmanager, gitHub, gitLab, webhook };
  return {
    ...servers,
    notifiers,
    async close() {
      await Promise.all(notifiers.map(({ close }) => close?.()));
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;
