import type { Notification } from './notification.ts';

export type Delivery =
  | { kind: 'delivered' }
  | { kind: 'retry'; reason: string; afterMs: number | null }
  | { kind: 'refused'; reason: string };

/** A notification due for one notifier, leased to one sender. */
export interface OutboxItem {
  id: string;
  notifier: string;
  notification: Notification;
  attempts: number;
}

/** Items for one notifier, or those for notifiers that are not among these. */
export type OutboxChoice = { notifier: string } | { noneOf: readonly string[] };
