import { createHash } from 'node:crypto';
import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { Message } from '@lastgood/domain/notification/message';
import { fittingLines, fittingText } from '../fitting-text.ts';
import { alertKey } from '../incident-alert.ts';

/** In characters: https://docs.opsgenie.com/docs/alert-api#create-alert */
const longest = {
  message: 130,
  alias: 512,
  description: 15_000,
  entity: 512,
  tag: 50,
  details: 8_000,
  note: 25_000,
};
/** Of ours, so that a fact does not leave the others out. */
const longestDetail = 500;

/**
 * What the alert of a page is called, for each team that has one. Without a slash: an alias stands in the path of an address, where servers
 * refuse an encoded one.
 */
export function aliasOf({ notification, to }: Pick<Outgoing, 'notification' | 'to'>, page: string): string {
  const team = to === null ? '' : `:${createHash('sha256').update(to).digest('hex').slice(0, 12)}`;
  const key = alertKey(notification, page, longest.alias - team.length);
  return `${key.replace(/[^A-Za-z0-9._:-]/g, ':')}${team}`;
}

/** What opens an alert, or adds one to the count of an open one. */
export function newAlert(alias: string, outgoing: Outgoing, tags: readonly string[]) {
  const { message, notification, to } = outgoing;
  const { environment, title } = message;
  return {
    message: fittingText(title, longest.message),
    alias,
    description: fittingLines(everythingOf(message), longest.description),
    ...(to === null ? {} : { responders: [{ type: 'team', name: to }] }),
    tags: ['lastgood', ...tags, ...(environment === null ? [] : [fittingText(environment, longest.tag)])]
      .filter((tag, index, all) => all.indexOf(tag) === index)
      .slice(0, 20),
    details: detailsOf(notification.key, message),
    entity: fittingText(notification.service, longest.entity),
    priority: message.tone === 'act' ? 'P1' : 'P2',
    ...who,
  };
}

/** What acknowledges, closes, or writes into an alert. */
export function noteOf({ message }: Outgoing) {
  const words = `${message.title}\n${everythingOf(message)}`;
  return { note: fittingLines(words, longest.note), ...who };
}

const who = { source: 'Lastgood', user: 'Lastgood' };

/** As plain text: notifications on a phone show this and no details. */
function everythingOf({ stage, where, text, facts, plan, link, labels }: Message): string {
  const lines = facts.map(({ name, value }) => `${name}: ${fittingText(value, longestDetail)}`);
  const steps = plan.map((step) => fittingText(step, longestDetail));
  return [
    [`${stage} · ${where}`, ...(link === null ? [] : [link])].join('\n'),
    fittingLines(text, 5_000),
    lines.join('\n'),
    ...(steps.length === 0 ? [] : [[`${labels.plan}:`, ...steps].join('\n')]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function detailsOf(key: string, { environment, team, facts, labels }: Message): Record<string, string> {
  const all: [string, string][] = [
    [labels.key, key],
    ...(environment === null ? [] : [[labels.environment, environment] as [string, string]]),
    ...(team === null ? [] : [[labels.team, team] as [string, string]]),
    ...facts.map(({ name, value }): [string, string] => [name, value]),
  ];
  let left = longest.details;
  const kept = all
    .map(([name, value]): [string, string] => [name, fittingText(value, longestDetail)])
    .filter(([name, value]) => {
      left -= name.length + value.length;
      return left >= 0;
    });
  return Object.fromEntries(kept);
}
