import type { NewEvent } from '../audit/events.ts';
import type { Place } from './destination.ts';
import type { Message } from './message.ts';
import type { Notification } from './notification.ts';

/** What a receiver said by which what follows finds what it was told before: an id of a message, of a thread. */
export type Receipt = Readonly<Record<string, string>>;

export type Delivery =
  /**
   * `missed`: of several who stand in one place, who does not have it. Each of them is a place of its own from then on. `doubt`: why it may have
   * arrived nowhere though it counts as taken, a sentence.
   */
  | { kind: 'delivered'; receipt?: Receipt; missed?: readonly Missed[]; doubt?: string }
  | { kind: 'retry'; reason: string; afterMs: number | null }
  /** It never will: a wrong token, a channel that is not there, a redirect, a certificate that is not trusted. */
  | { kind: 'refused'; reason: string };

/** One of several in one place whom the receiver did not take it for. */
export interface Missed {
  /** As a route would name this one alone. */
  to: string;
  reason: string;
}

/** What a notifier is given to deliver. */
export interface Outgoing {
  notification: Notification;
  /** The same in the words that people are shown. */
  message: Message;
  /** Where at the receiver, in its own terms (a channel, addresses, a key's name); null for what its settings say. */
  to: string | null;
  /** What was answered to the latest message about this incident that arrived at the same place; null for the first. */
  earlier: Receipt | null;
  /** It was tried before, and may have arrived though no answer came; absent where it was not. */
  again?: boolean;
  /** What of the incident was tried there in vain, and may have arrived though no answer came: it is not tried again. Absent where there is none. */
  passed?: readonly Notification[];
  /** Who of the place is told this alone, by a message of their own. Absent where nobody is. */
  apart?: readonly string[];
  /** Who of the place has not got something that was told before. Absent where everybody has it. */
  notReached?: readonly NotReached[];
}

/** One of several in one place who waits for an earlier message of the incident, or whom the last one never reached. */
export interface NotReached {
  to: string;
  /** What the last try was answered; null where none was. */
  reason: string | null;
}

/** A notification due at one place, leased to one sender. Instants are epoch milliseconds by the clocks of senders. */
export interface OutboxItem extends Place {
  id: string;
  notification: Notification;
  earlier: Receipt | null;
  /** Which try this is; it tells one lease of the item from another. */
  attempts: number;
  /** It was held back until then, as in quiet hours; null when it was not. */
  notBefore: number | null;
  /** When a try of it failed first; null while none has. */
  failingSince: number | null;
  /** When a try of it was refused first; null while none was. */
  refusedSince: number | null;
  /** Since when its place has refused what it was told, whatever that was, and taken nothing; null where it has not. */
  placeRefusedSince: number | null;
  /** Who is told where this place cannot be. */
  fallback: readonly Place[];
  /** When they were told though this place is still tried, or it was said that nobody is; null when neither was. */
  fellBackAt: number | null;
  /** What waits of the same incident for the same place, is older, and was tried in vain or is moot: once this one arrives they are not told any more. */
  passes: readonly PassedItem[];
  /** A later one passed it and was given up, though it may have arrived: nothing older is sent behind that. */
  wasPassed: boolean;
  /** A page of what was over, or somebody was at, as a later one said that was given up there: nobody is woken for it, nor in its stead. */
  isMoot: boolean;
  /** They were told an earlier message of the incident, and not this one. */
  follows: boolean;
  /** Who of the place has a row of their own for this message. */
  apart: readonly string[];
  notReached: readonly NotReached[];
}

/** A message that its place did not take, or that is moot, and that a later one passes. */
export interface PassedItem {
  id: string;
  notification: Notification;
  failingSince: number | null;
  /** What the last try was answered. */
  reason: string | null;
  /** It may have arrived, though no answer came. */
  isTried: boolean;
}

/** One that is closed because a later message arrived, and the event that says so. */
export interface OvertakenItem {
  id: string;
  event: NewEvent;
}

/** A message that waits too long for its place, which is still tried: its fallback is to be told, or it is to be said that there is none. */
export interface LateItem extends Place {
  id: string;
  notification: Notification;
  fallback: readonly Place[];
  /** Since when the place does not take what waits for it, and what it said the last time; null where it is no news that it does not. */
  trouble: { since: number; refused: boolean; reason: string | null } | null;
  /** Its notifier is not known here, so nothing was tried. */
  isOrphan?: boolean;
}

/** What tells one lease of an item from another: whoever has lost it changes nothing any more. */
export type LeasedItem = Pick<OutboxItem, 'id' | 'attempts'>;

/** A try that did not arrive and is followed by another. */
export interface FailedTry {
  reason: string;
  refused: boolean;
  /** When it failed. */
  at: number;
  retryAt: number;
}

/** From when on a place is in trouble: it has failed, or refused, since such an instant or longer, and taken nothing meanwhile. */
export interface TroubleSince {
  failing: number;
  refused: number;
}

/** Items for one notifier, or those for notifiers that are not among these and that nobody has sent for so long after they were due. */
export type OutboxChoice = { notifier: string } | { noneOf: readonly string[]; waitedMs?: number };
