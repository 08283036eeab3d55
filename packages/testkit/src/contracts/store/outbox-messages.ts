import type { Notification, OutboxItem } from '@lastgood/domain';
import { dayZero } from '../../scenario/builders.ts';
import { key, type StoreUnderTest } from './store-under-test.ts';

/* The messages that the contract of the outbox sends. */

/** A lease that ends in no test, however slow it is. */
export const longMs = 60_000;
export const all = { noneOf: [] };
export const [hook, chat] = [{ notifier: 'hook' }, { notifier: 'chat' }];

let count = 0;
function message(over: Partial<Notification> = {}): Notification {
  count += 1;
  return {
    ...{ key: `run/r1/rollback_failed/${count}`, kind: 'rollback_failed', urgency: 'page', at: dayZero },
    ...{ service: key, deploymentId: 'd2', runId: 'r1', title: `web ${count}`, text: 'It stopped.', ...over },
  };
}

/** In order, each written by itself. */
export async function written(
  store: StoreUnderTest,
  ...all: Partial<Notification>[]
): Promise<Notification[]> {
  const notifications = all.map(message);
  for (const one of notifications) await store.deployments.commit({ notifications: [one] });
  return notifications;
}

export async function taken(store: StoreUnderTest, choice = chat, heldMs = longMs): Promise<OutboxItem> {
  const [item, ...others] = await store.outbox.take('one', 10, heldMs, choice);
  if (!item || others.length > 0) throw new Error('one message was expected');
  return item;
}

export const keys = (items: readonly OutboxItem[]) => items.map(({ notification }) => notification.key);
export const tried = { reason: 'HTTP 503', refused: false, at: dayZero, retryAt: 0 };
export const later = { ...tried, retryAt: dayZero + 1e9 };
