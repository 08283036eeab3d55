import { createHash } from 'node:crypto';
import type { Delivery, Outgoing, Receipt } from '@lastgood/domain/notification/delivery';
import { incidentOf, type Notification } from '@lastgood/domain/notification/notification';
import type { NotDelivered } from './receiver-client.ts';

/*
 * What an alerting service knows an incident by. It calls nobody again for an alert that is acknowledged, and Lastgood acknowledges it as
 * it begins to roll back: a page after that opens another alert, of the next round, and closes the one before.
 */

/** What is done to an alert, by its key; null where it was taken. */
export interface AlertActions {
  /** Opens it, or adds to it where it is open. */
  open(key: string): Promise<NotDelivered | null>;
  acknowledge(key: string): Promise<NotDelivered | null>;
  close(key: string): Promise<NotDelivered | null>;
  /** Writes into one that is open, without waking anybody. */
  note?(key: string): Promise<NotDelivered | null>;
}

type AlertState = 'open' | 'acknowledged' | 'closed';

/** @param keyOf the alert's key in a round; the first is 1 */
export async function tellIncident(
  { notification, earlier }: Outgoing,
  keyOf: (round: number) => string,
  actions: AlertActions,
): Promise<Delivery> {
  const { round, state } = asItWasLeft(earlier);
  const key = keyOf(round);
  const left = async (failed: NotDelivered | null, next: AlertState, inRound = round): Promise<Delivery> =>
    failed ?? { kind: 'delivered', receipt: { round: String(inRound), state: next } };
  switch (alertStepOf(notification)) {
    case 'acknowledge':
      return left(await actions.acknowledge(key), 'acknowledged');
    case 'close':
      return left(await actions.close(key), 'closed');
    case 'note': {
      const isThere = state !== 'closed' && actions.note !== undefined;
      return (isThere ? await actions.note?.(key) : null) ?? { kind: 'delivered' };
    }
    case 'open': {
      if (state !== 'acknowledged') return left(await actions.open(key), 'open');
      // The page first: whoever sleeps does not wait for what is tidied up.
      const failed = (await actions.open(keyOf(round + 1))) ?? (await actions.close(key));
      return left(failed, 'open', round + 1);
    }
  }
}

/** The first round where nothing is known of earlier ones. */
function asItWasLeft(earlier: Receipt | null): { round: number; state: AlertState } {
  const { round = '', state } = earlier ?? {};
  return {
    round: /^[1-9]\d{0,3}$/.test(round) ? Number(round) : 1,
    state: state === 'open' || state === 'acknowledged' ? state : 'closed',
  };
}

/** What a message does to the alert of its incident. Nothing that wakes nobody opens one. */
function alertStepOf({
  kind,
  urgency,
}: Pick<Notification, 'kind' | 'urgency'>): 'open' | 'acknowledge' | 'close' | 'note' {
  if (kind === 'rolling_back') return 'acknowledge';
  if (kind === 'rolled_back') return 'close';
  return urgency === 'page' ? 'open' : 'note';
}

/** The same for the same incident and round, whatever the length of its parts. @param longest in characters */
export function alertKey(notification: Pick<Notification, 'deploymentId'>, round: number, longest: number) {
  const key = `lastgood/${incidentOf(notification)}${round === 1 ? '' : `/${round}`}`;
  if (key.length <= longest) return key;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, longest - digest.length - 1)}-${digest}`;
}
