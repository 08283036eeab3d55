import type { NewEvent } from '../audit/events.ts';
import type {
  FailedTry,
  LateItem,
  LeasedItem,
  OutboxChoice,
  OutboxItem,
  OvertakenItem,
  Receipt,
  TroubleSince,
} from '../notification/delivery.ts';
import type { Destination } from '../notification/destination.ts';
import type { StandingChoice, StandingIncident } from '../notification/standing-incident.ts';

/**
 * Messages on their way. Those about one incident to one place go one at a time, in the order in which they were written; a
 * message that is given up stands in nobody's way. One that is held back waits until then, unless a page follows it. One that is stuck,
 * refused three times, tried in vain five times or not to be tried for half a minute, lets a page pass, and what stands between them, after one more try each;
 * from then on only what has passed is tried, so that nothing older arrives behind it.
 */
export interface Outbox {
  /** Takes up to `limit` due items of the choice for `leaseMs`; no two of one incident and place, held by whomever. */
  take(replica: string, limit: number, leaseMs: number, choice: OutboxChoice): Promise<OutboxItem[]>;
  /**
   * It arrived, whoever has its lease by now; `overtaken`: with it, in one transaction, these are closed, each with its event; `missed`:
   * where it did not arrive, of the same place, and is sent besides. What follows goes there too while it waits, and with the place again after it.
   */
  delivered(
    item: LeasedItem & Pick<OutboxItem, 'notification' | 'to'>,
    receipt: Receipt | null,
    overtaken?: readonly OvertakenItem[],
    missed?: readonly Destination[],
  ): Promise<void>;
  failed(item: LeasedItem, tried: FailedTry): Promise<void>;
  /**
   * For good, in one transaction: it stays visible as failed, the event is written, and its fallback is told. `notification`: as it is told
   * there. False when the lease was lost, and nothing was written.
   */
  giveUp(
    item: LeasedItem & Pick<OutboxItem, 'notification' | 'fallback'>,
    reason: string,
    event: NewEvent,
  ): Promise<boolean>;
  /**
   * What waits for a place that is in trouble and whose fallback is to be told: each page, what was to be told before it, and what follows one
   * whose fallback was told; of what has no fallback each page. In order, a few hundred at most. `at` is now, by the sender's clock.
   */
  late(choice: OutboxChoice, trouble: TroubleSince, at: number): Promise<LateItem[]>;
  /**
   * Tells its fallback, once, with the event in one transaction; its own place is still tried. `notification`: as it is told there. False when
   * it was told before, or the message waits no more.
   */
  fallBack(
    item: Pick<LateItem, 'id' | 'notification' | 'fallback'>,
    at: number,
    event: NewEvent | null,
  ): Promise<boolean>;
  /**
   * The incidents that stand at a notifier, for one whose receiver forgets what is not said again. One stands where the latest receipt
   * of it holds something; an empty receipt says that nothing of it is left there. Whose last message arrived first comes first.
   */
  standing(choice: StandingChoice): Promise<StandingIncident[]>;
}
