import type { Message } from './message.ts';
import type { Notification } from './notification.ts';

/** What a receiver said by which what follows finds what it was told before: an id of a message, of a thread. */
export type Receipt = Readonly<Record<string, string>>;

export type Delivery =
  | { kind: 'delivered'; receipt?: Receipt }
  | { kind: 'retry'; reason: string; afterMs: number | null }
  /** It never will: a wrong token, a channel that is not there, a redirect, a certificate that is not trusted. */
  | { kind: 'refused'; reason: string };

/** What a notifier is given to deliver. */
export interface Outgoing {
  notification: Notification;
  /** The same in the words that people are shown. */
  message: Message;
  /** Where at the receiver, in its own terms (a channel, addresses, a key's name); null for what its settings say. */
  to: string | null;
  /** What was answered to the latest message about this incident that arrived at the same place; null for the first. */
  earlier: Receipt | null;
}

/** A notification due for one notifier, leased to one sender. */
export interface OutboxItem {
  id: string;
  notifier: string;
  notification: Notification;
  to: string | null;
  earlier: Receipt | null;
  attempts: number;
  /** When its first try was refused for good; null while none was. */
  refusedSince: number | null;
}

/** Items for one notifier, or those for notifiers that are not among these. */
export type OutboxChoice = { notifier: string } | { noneOf: readonly string[] };
