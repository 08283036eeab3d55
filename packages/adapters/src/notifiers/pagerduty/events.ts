import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { Message } from '@lastgood/domain/notification/message';
import { fittingLines, fittingText } from '../fitting-text.ts';

/** https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
export const longestDedupKey = 255;
const longestSummary = 1_024;
/** Of ours: an event may have 512 KB. */
const longest = { value: 1_000, text: 10_000, name: 255 };

export type EventAction = 'trigger' | 'acknowledge' | 'resolve';

/** An alert event. One that acknowledges or resolves carries all of it as well, of which PagerDuty need not show anything. */
export function alertEvent(action: EventAction, dedupKey: string, { notification, message }: Outgoing) {
  const { service, environment, team, stage } = message;
  return {
    event_action: action,
    dedup_key: dedupKey,
    client: 'Lastgood',
    ...(message.link === null ? {} : { client_url: message.link }),
    payload: {
      summary: fittingText(message.title, longestSummary),
      severity: severityOf(message),
      source: fittingText(notification.service, longest.name),
      timestamp: new Date(notification.at).toISOString(),
      component: fittingText(service, longest.name),
      ...(environment === null && team === null
        ? {}
        : {
            group: fittingText([team, environment].filter((part) => part !== null).join(' '), longest.name),
          }),
      class: fittingText(stage, longest.name),
      custom_details: detailsOf(notification.key, message),
    },
    links: linksOf(message),
  };
}

/** A change event: it wakes nobody, and has no key by which PagerDuty would tell that it comes twice. */
export function changeEvent({ notification, message }: Outgoing) {
  return {
    payload: {
      summary: fittingText(message.title, longestSummary),
      source: fittingText(notification.service, longest.name),
      timestamp: new Date(notification.at).toISOString(),
      custom_details: detailsOf(notification.key, message),
    },
    links: linksOf(message),
  };
}

/** A service may call only for what is critical or an error, and write for the rest. */
function severityOf({ urgency, tone }: Message): 'critical' | 'error' | 'warning' | 'info' {
  if (tone === 'act') return urgency === 'page' ? 'critical' : 'warning';
  return urgency === 'page' ? 'error' : 'info';
}

/** In the order of the message, what happened and what to do first; names are texts, and PagerDuty shows values as plain text. */
function detailsOf(key: string, message: Message): Record<string, unknown> {
  const { stage, text, facts, plan, environment, team, labels } = message;
  return Object.fromEntries([
    [labels.stage, stage],
    [labels.text, fittingLines(text, longest.text)],
    ...(environment === null ? [] : [[labels.environment, fittingText(environment, longest.value)]]),
    ...(team === null ? [] : [[labels.team, fittingText(team, longest.value)]]),
    ...facts.map(({ name, value }) => [name, fittingText(value, longest.value)]),
    ...(plan.length === 0 ? [] : [[labels.plan, plan.map((step) => fittingText(step, longest.value))]]),
    [labels.key, key],
  ]);
}

function linksOf({ link, labels }: Message): { href: string; text: string }[] {
  return link === null ? [] : [{ href: link, text: labels.open }];
}
