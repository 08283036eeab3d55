import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { outgoing } from '@lastgood/testkit/contracts/notifier';

/** What is told in the course of an incident. */
export const told = {
  suggested: { key: 'suggested', kind: 'rollback_suggested', urgency: 'page', title: 'cart: go back?' },
  began: { key: 'began', kind: 'rolling_back', urgency: 'info', title: 'cart goes back' },
  remark: { key: 'remark', kind: 'rollback_notice', urgency: 'info', title: 'mind the queue' },
  stopped: { key: 'stopped', kind: 'rollback_failed', urgency: 'page', title: 'cart: the rollback stopped' },
  taken: { key: 'taken', kind: 'taken_on', urgency: 'info', title: 'cart: ada is at it' },
  done: { key: 'done', kind: 'rolled_back', urgency: 'info', title: 'cart is back' },
  cancelled: { key: 'cancelled', kind: 'rollback_cancelled', urgency: 'info', title: 'cart: called off' },
  over: { key: 'over', kind: 'incident_over', urgency: 'info', title: 'cart: nothing is left to do' },
} as const satisfies Record<string, Partial<Notification>>;

/** A title as a line that is read alone has it. */
export function inShort(title: string): string {
  return `${title} · high_error_rate 31 % > 5 % · production · waits for a person`;
}

/** The same once a rollback was at work, after which nobody says whether it breaches on. */
export function inShortAfter(title: string): string {
  return inShort(title).replace(' · production', ', before the rollback · production');
}

/** One after the other, each with what was answered to the one before, as the outbox does; the last of that. Throws where one is not delivered. */
export async function tellAll(
  notifier: Notifier,
  messages: readonly Partial<Notification>[],
  to: string | null = null,
): Promise<Receipt | null> {
  let earlier: Receipt | null = null;
  for (const message of messages) {
    const delivery = await notifier.deliver(outgoing(message, { to, earlier }), new AbortController().signal);
    if (delivery.kind !== 'delivered') throw new Error(delivery.reason);
    earlier = delivery.receipt ?? earlier;
  }
  return earlier;
}
