import type { Page } from 'playwright-core';
import type { Arrived } from './arrived.ts';
import { alertsPage, type DrawnAlert, textPage } from './draw-alerts.ts';
import { drawCards } from './draw-card.ts';
import { slackChannel, slackThread } from './draw-slack.ts';
import { takePicture } from './pictures.ts';
import { shownBesideCommit, shownByAlertmanager, shownByOpsgenie, shownByPagerDuty } from './shown-by.ts';

/** What one stage looks like at those who show messages, by its name. @param docs whether it is one of docs/messages.md */
export async function takeStage(page: Page, stage: string, arrived: Arrived, docs = true): Promise<void> {
  const { slack, mails, requests } = arrived;
  await takePicture(page, `slack-${stage}`, { html: slackChannel(slack), docs });
  for (const { read } of mails) {
    const { html = '', text, subject } = read;
    await takePicture(page, `email-${stage}`, { html, docs });
    await takePicture(page, `email-${stage}-narrow-dark`, {
      html,
      width: 400,
      scheme: 'dark',
      docs: docs && ['stopped', 'taken-on', 'drill-overdue'].includes(stage),
    });
    const words = textPage('E-mail', `Subject: ${subject}\n\n${text}`);
    await takePicture(page, `email-${stage}-text`, { html: words, docs: docs && stage === 'suggested' });
  }
  for (const scheme of ['light', 'dark'] as const) {
    await drawCards(page, cardsIn(arrived), { scheme });
    const isShown = docs && (scheme === 'dark') === ['stopped', 'over', 'still-wrong'].includes(stage);
    await takePicture(page, `teams-${stage}-${scheme}`, { scheme, docs: isShown });
  }
  const json = requests.webhook.map(({ body }) => JSON.stringify(body, null, 2)).join('\n\n');
  await takePicture(page, `webhook-${stage}`, {
    html: textPage('Webhook', json),
    docs: docs && stage === 'suggested',
  });
}

/** What those show who keep an incident by its stages. */
export async function takeCourse(
  page: Page,
  course: string,
  stages: readonly Arrived[],
  docs = true,
): Promise<void> {
  const last = stages.at(-1);
  if (last)
    await takePicture(page, `slack-${course}-thread`, {
      html: slackThread(last.slack),
      docs: docs && course === 'verified',
    });
  const all = (name: keyof Arrived['requests']) => stages.flatMap(({ requests }) => requests[name]);
  const drawn: Record<string, DrawnAlert[]> = {
    pagerduty: all('pagerDuty').map(shownByPagerDuty),
    opsgenie: all('opsgenie').map(shownByOpsgenie),
    alertmanager: stages.flatMap(({ requests, at }) =>
      requests.alertmanager.flatMap((one) => shownByAlertmanager(one, at)),
    ),
    github: shownBesideCommit('GitHub', all('gitHub')),
    gitlab: shownBesideCommit('GitLab', all('gitLab')),
  };
  for (const [name, alerts] of Object.entries(drawn))
    if (alerts.length > 0) await takePicture(page, `${name}-${course}`, { html: alertsPage(alerts), docs });
}

export function cardsIn({ requests }: Arrived): object[] {
  return requests.teams.map(({ body }) => body.attachments[0].content);
}
