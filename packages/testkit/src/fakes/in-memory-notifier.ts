import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';

/** A notifier that keeps what it delivered and fails when it is told to. */
export interface InMemoryNotifier extends Notifier {
  /** Delivered notifications, in order, repeated deliveries included. */
  delivered: Notification[];
  /** Every call, delivered or not. */
  attempts: number;
  /** The next `times` calls end like this; infinite unless said. Default: a retry. */
  failNext(times?: number, outcome?: Exclude<Delivery, { kind: 'delivered' }>): void;
  /** Delivers again. */
  recover(): void;
}

export function createInMemoryNotifier(name = 'in-memory'): InMemoryNotifier {
  let failures = 0;
  let outcome: Delivery = { kind: 'retry', reason: 'told to fail', afterMs: null };
  const notifier: InMemoryNotifier = {
    ...{ name, hears: 'people' },
    delivered: [],
    attempts: 0,
    failNext(
      times = Number.POSITIVE_INFINITY,
      next = { kind: 'retry', reason: 'told to fail', afterMs: null },
    ) {
      failures = times;
      outcome = next;
    },
    recover() {
      failures = 0;
    },
    async deliver({ notification }, signal) {
      notifier.attempts += 1;
      if (signal.aborted) return { kind: 'retry', reason: 'The delivery was called off.', afterMs: null };
      if (failures > 0) {
        failures -= 1;
        return outcome;
      }
      notifier.delivered.push(notification);
      return { kind: 'delivered' };
    },
  };
  return notifier;
}
