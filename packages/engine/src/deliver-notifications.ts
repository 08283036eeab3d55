import type { Delivery, Notifier, Outbox, OutboxItem } from '@lastgood/domain';
import { type Clock, withDeadline } from './clock.ts';

export interface DeliveryDependencies {
  outbox: Outbox;
  notifiers: readonly Notifier[];
  clock: Clock;
  replica: string;
  /** Items taken at once. */
  batch: number;
  leaseMs: number;
  deliverWithinMs: number;
  /** Told of an item whose outcome could not be written; its lease ends it. */
  onFault?: (error: unknown) => void;
}

export interface NotificationDelivery {
  /** Delivers what is due; the number of items it took. At least once, each under its key. */
  deliverDue(signal: AbortSignal): Promise<number>;
}

/** After this long a notification is given up and stays visible as failed. */
const giveUpAfterMs = 24 * 60 * 60_000;
/** Longer nobody waits, whatever a receiver asks for: a page that comes tomorrow is none. */
const longestWaitMs = 10 * 60_000;

export function createNotificationDelivery(deps: DeliveryDependencies): NotificationDelivery {
  return {
    async deliverDue(signal) {
      const items = await deps.outbox.take(deps.replica, deps.batch, deps.leaseMs);
      await Promise.all(items.map((item) => sendAlone(deps, item, signal)));
      return items.length;
    },
  };
}

/** An item that cannot be written must not hold up the others: it is taken again when its lease is over. */
async function sendAlone(deps: DeliveryDependencies, item: OutboxItem, signal: AbortSignal): Promise<void> {
  try {
    await send(deps, item, signal);
  } catch (error) {
    deps.onFault?.(error);
  }
}

async function send(deps: DeliveryDependencies, item: OutboxItem, signal: AbortSignal): Promise<void> {
  const notifier = deps.notifiers.find((one) => one.name === item.notifier);
  if (!notifier)
    return deps.outbox.failed(item.id, `no notifier named ${item.notifier} is configured any more`, null);
  await settle(deps, item, await deliver(deps, notifier, item, signal));
}

/** A notifier that breaks is tried again like one whose receiver is away. */
async function deliver(
  deps: DeliveryDependencies,
  notifier: Notifier,
  { notification }: OutboxItem,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    return await withDeadline(deps.clock, deps.deliverWithinMs, signal, (deadline) =>
      notifier.deliver(notification, deadline),
    );
  } catch (error) {
    const reason = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'retry', reason, afterMs: null };
  }
}

async function settle(
  { outbox, clock }: DeliveryDependencies,
  item: OutboxItem,
  delivery: Delivery,
): Promise<void> {
  if (delivery.kind === 'delivered') return outbox.delivered(item.id);
  if (delivery.kind === 'refused') return outbox.failed(item.id, delivery.reason, null);
  const now = clock.now();
  const retryAt = now + waitMs(delivery.afterMs, item.attempts);
  const givesUp = now - item.notification.at > giveUpAfterMs;
  await outbox.failed(item.id, delivery.reason, givesUp ? null : retryAt);
}

/** @param askedMs what the receiver asked for: any number, or none */
function waitMs(askedMs: number | null, attempts: number): number {
  const asked = askedMs !== null && askedMs > 0 ? Math.min(askedMs, longestWaitMs) : 0;
  return Math.max(asked, backoffMs(attempts));
}

/** 1 s, 2 s, 4 s ... five minutes. */
export function backoffMs(attempts: number): number {
  return Math.min(5 * 60_000, 1_000 * 2 ** Math.min(attempts, 20));
}
