import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { outgoing } from '@lastgood/testkit/contracts/notifier';

/** What is told in the course of an incident. */
export const told = {
  suggested: { kind: 'rollback_suggested', urgency: 'page', title: 'cart: go back?' },
  began: { kind: 'rolling_back', urgency: 'info', title: 'cart goes back' },
  remark: { kind: 'rollback_notice', urgency: 'info', title: 'mind the queue' },
  stopped: { kind: 'rollback_failed', urgency: 'page', title: 'cart: the rollback stopped' },
  done: { kind: 'rolled_back', urgency: 'info', title: 'cart is back' },
} as const satisfies Record<string, Partial<Notification>>;

/** One after the other, each with what was answered to the one before, as the outbox does. Throws where one is not delivered. */
export async function tellAll(
  notifier: Notifier,
  messages: readonly Partial<Notification>[],
  to: string | null = null,
): Promise<void> {
  let earlier: Receipt | null = null;
  for (const message of messages) {
    const delivery = await notifier.deliver(outgoing(message, { to, earlier }), new AbortController().signal);
    if (delivery.kind !== 'delivered') throw new Error(delivery.reason);
    earlier = delivery.receipt ?? earlier;
  }
}
