import type { Taken } from '@lastgood/adapters/notifiers/email/mail-server-harness';
import type { SeenRequest } from '@lastgood/adapters/notifiers/receiver-harness';
import type { SlackMessage } from '@lastgood/testkit/servers/slack-server';
import type { Receivers } from './receivers.ts';

/** What came to each receiver in one stage of an incident; of Slack, how its channel looks then. */
export interface Arrived {
  /** Until when, epoch milliseconds. */
  at: number;
  slack: SlackMessage[];
  mails: Taken[];
  requests: Record<Poster, SeenRequest[]>;
}

const posters = ['teams', 'pagerDuty', 'opsgenie', 'alertmanager', 'gitHub', 'gitLab', 'webhook'] as const;
type Poster = (typeof posters)[number];

/** Each call gives what came since the one before. */
export function arrivalsAt(receivers: Receivers, now: () => number): () => Arrived {
  const seen = new Map<string, number>();
  const news = <T>(name: string, all: readonly T[]): T[] => {
    const from = seen.get(name) ?? 0;
    seen.set(name, all.length);
    return all.slice(from);
  };
  return () => ({
    at: now(),
    slack: structuredClone(receivers.slack.messages),
    mails: news('mail', receivers.mail.taken),
    requests: Object.fromEntries(
      posters.map((name) => [
        name,
        news(name, receivers[name].accepted).filter(({ method }) => method !== 'GET'),
      ]),
    ) as Arrived['requests'],
  });
}
