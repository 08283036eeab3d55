import type { Delivery, Outgoing, Receipt } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import {
  type SlackMessage,
  type SlackServer,
  startSlackServer,
} from '@lastgood/testkit/servers/slack-server';
import { afterEach, beforeEach } from 'vitest';
import type { SlackSettings } from './settings.ts';
import { createSlack } from './slack.ts';

export const channel = 'C0INCIDENTS';
export const post = 'chat.postMessage';
/** What makes the example of a notification a page. */
export const page = { kind: 'rollback_suggested', urgency: 'page', runId: null } as const;
export const signal = () => new AbortController().signal;

/** A small Slack for each test, and notifiers that tell it. */
export function useSlack() {
  let slack: SlackServer;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    slack = await startSlackServer();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await slack.close();
  });
  return {
    slack: () => slack,
    /** Another replica each time: none remembers what one before it did. */
    notifier(over: Partial<SlackSettings> = {}): Notifier {
      const made = createSlack({ name: 'chat', token: slack.token, channel, url: slack.api, ...over });
      closing.push(made.close);
      return made;
    },
  };
}

/** Delivers what has to arrive, and gives its receipt. */
export async function delivered(to: Notifier, given: Outgoing): Promise<Receipt> {
  const delivery: Delivery = await to.deliver(given, signal());
  if (delivery.kind !== 'delivered' || !delivery.receipt)
    throw new Error(`not delivered: ${JSON.stringify(delivery)}`);
  return delivery.receipt;
}

export function headsOf({ messages }: SlackServer): SlackMessage[] {
  return messages.filter(({ thread_ts }) => thread_ts === null);
}

export function repliesOf({ messages }: SlackServer): SlackMessage[] {
  return messages.filter(({ thread_ts }) => thread_ts !== null);
}

export function keyOf({ metadata }: SlackMessage): string {
  return metadata?.event_payload.key ?? '';
}

export function titleOf({ blocks }: SlackMessage): string {
  const words = (name: string) => {
    const block = blocks.find(({ type, text }) => type === name && text) as
      | { text: { text: string } }
      | undefined;
    return block?.text.text;
  };
  // In a thread it is the first line.
  return words('header') ?? words('section')?.split('\n')[0] ?? '';
}

export function buttonsOf({ blocks }: SlackMessage): unknown[] {
  return blocks.flatMap((block) =>
    block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [],
  );
}
