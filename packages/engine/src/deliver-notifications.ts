import { type Delivery, messageOf, type Notifier, type Outbox, type OutboxItem } from '@lastgood/domain';
import { type Clock, withDeadline } from './clock.ts';

export interface DeliveryDependencies {
  outbox: Outbox;
  notifiers: readonly Notifier[];
  clock: Clock;
  replica: string;
  /** Where people reach the server, for the links in messages; null where nobody said. */
  publicUrl: string | null;
  /** Items taken at once. */
  batch: number;
  leaseMs: number;
  deliverWithinMs: number;
  /** Told of an item whose outcome could not be written; its lease ends it. */
  onFault?: (error: unknown) => void;
}

export interface NotificationDelivery {
  /**
   * Delivers what is due for one notifier; the number of items it took. At least once, each under its key. Null: for
   * notifiers that are not configured any more, whose items are given up.
   */
  deliverDue(notifier: string | null, signal: AbortSignal): Promise<number>;
}

/** After this long a notification is given up and stays visible as failed. */
const giveUpAfterMs = 24 * 60 * 60_000;
/** Longer nobody waits, whatever a receiver asks for: a page that comes tomorrow is none. */
const longestWaitMs = 10 * 60_000;

/** Each notifier has its own queue: a receiver that never answers delays only what goes to it. */
export function createNotificationDelivery(deps: DeliveryDependencies): NotificationDelivery {
  const noneOf = deps.notifiers.map(({ name }) => name);
  return {
    async deliverDue(notifier, signal) {
      const choice = notifier === null ? { noneOf } : { notifier };
      const items = await deps.outbox.take(deps.replica, deps.batch, deps.leaseMs, choice);
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
  { notification, to, earlier }: OutboxItem,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    return await withDeadline(deps.clock, deps.deliverWithinMs, signal, (deadline) =>
      notifier.deliver(
        { notification, message: messageOf(notification, deps.publicUrl), to, earlier },
        deadline,
      ),
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
