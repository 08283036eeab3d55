import type { Delivery } from '../notification/delivery.ts';
import type { Notification } from '../notification/notification.ts';

/** Delivers one notification to one outside receiver. */
export interface Notifier {
  name: string;
  /** `retry` for anything that may work later; `refused` for an answer that says it never will. */
  deliver(notification: Notification, signal: AbortSignal): Promise<Delivery>;
}
