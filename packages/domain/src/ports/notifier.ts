import type { Delivery, Outgoing } from '../notification/delivery.ts';

/** What is wrong with a notifier's settings, as its receiver said it. */
export interface NotifierFault {
  /** The setting that has to change, as its vendor's schema names it; null where it is where the message goes (`to`). */
  setting: string | null;
  /** A sentence. */
  reason: string;
  /** What to change, a sentence. */
  advice: string;
}

/** Delivers notifications to one outside receiver. */
export interface Notifier {
  name: string;
  /** Whom it tells: people, or records beside a release such as a commit's status. */
  hears: 'people' | 'records' | 'both';
  /** `retry` for anything that may work later; `refused` for an answer that says it never will. */
  deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery>;
  /**
   * Asks the receiver, without telling anybody, whether settings and this place at it work. Null where they do, or where nobody can
   * tell because it does not answer. Absent where the vendor has nothing to ask.
   */
  probe?(to: string | null, signal: AbortSignal): Promise<NotifierFault | null>;
}
