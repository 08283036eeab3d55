import type { Delivery, Outgoing } from '../notification/delivery.ts';
import type { IncomingRequest, Press, PressAnswer, PressReading } from '../notification/press.ts';
import type { RetoldIncident } from '../notification/standing-incident.ts';

/** What is wrong with a notifier's settings, as its receiver said it. */
export interface NotifierFault {
  /** The setting that has to change, as its vendor's schema names it; null where it is where the message goes (`to`). */
  setting: string | null;
  /** A sentence. */
  reason: string;
  /** What to change, a sentence. */
  advice: string;
  /** Nothing is wrong but that nobody says where: it matters only where something goes to what the settings say. */
  unplaced?: true;
}

/** Delivers notifications to one outside receiver. */
export interface Notifier {
  name: string;
  /** Whom it tells: people, or records beside a release such as a commit's status. */
  hears: 'people' | 'records' | 'both';
  /**
   * Who decides whom it tells, in words, where that is the receiver's own to say: what it has taken has reached nobody yet. Absent
   * where whatever is delivered stands before people.
   */
  handsOverTo?: string;
  /**
   * What ends an incident closes there what was opened, by its key, though no answer to that ever came (`Outgoing.passed`). Absent where that may
   * stay as it is.
   */
  closesUnanswered?: true;
  /** `retry` for anything that may work later; `refused` for an answer that says it never will. */
  deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery>;
  /**
   * Asks the receiver, without telling anybody, whether settings and this place at it work. Null where they do; `unknown` where it does
   * not answer or is busy, so that what was known of it stands. Absent where the vendor has nothing to ask.
   */
  probe?(to: string | null, signal: AbortSignal): Promise<NotifierFault | null | 'unknown'>;
  /** Of a receiver that forgets what is not said again; absent where what was told stays told. */
  renewal?: Renewal;
  /** The buttons of its messages that act; absent where it has none, or none are configured. */
  presses?: Presses;
}

/**
 * Says again what stands, so that it is there whatever the receiver lost. Its notifier gives receipts by which `Outbox.standing` finds
 * what stands.
 */
export interface Renewal {
  /** How often, milliseconds. */
  everyMs: number;
  /** What ended within it is said again too: that it ended may have been lost as well. */
  endedWithinMs: number;
  /** Null when it was taken, else why not: a sentence. Never throws for an outside fault. */
  renew(incidents: readonly RetoldIncident[], signal: AbortSignal): Promise<string | null>;
}

/** Presses of the buttons in a notifier's messages. */
export interface Presses {
  /** Judges who sent it, then what it says. `now`: epoch milliseconds. */
  read(request: IncomingRequest, now: number): PressReading;
  /** Tells whoever pressed, and nobody else. Null when they were told, else why not. */
  answer(press: Press, answer: PressAnswer, signal: AbortSignal): Promise<string | null>;
}
