import { createHash } from 'node:crypto';
import type { Delivery, Outgoing, Receipt } from '@lastgood/domain/notification/delivery';
import { endsIncident } from '@lastgood/domain/notification/following';
import { incidentOf, type Notification } from '@lastgood/domain/notification/notification';
import type { NotDelivered } from './receiver-client.ts';

/*
 * What an alerting service knows an incident by. It calls nobody again for an alert that is acknowledged, by whomever: each page is an alert
 * of its own, named by the page's key so that the same page is the same alert, and closes the one before.
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

/** @param keyOf an alert's key, by what tells the page that opened it from the others of its incident */
export async function tellIncident(
  { notification, earlier }: Outgoing,
  keyOf: (page: string) => string,
  actions: AlertActions,
): Promise<Delivery> {
  const before = standingPage(earlier);
  const left = (failed: NotDelivered | null, receipt: Receipt): Delivery =>
    failed ?? { kind: 'delivered', receipt };
  const step = alertStepOf(notification);
  if (step === 'open') {
    const page = digestOf(notification.key);
    // The page first: whoever sleeps does not wait for what is tidied up.
    const opened = await actions.open(keyOf(page));
    const isAnother = before !== null && before !== page;
    return left(opened ?? (isAnother ? await actions.close(keyOf(before)) : null), { page });
  }
  if (step === 'note')
    return (before === null ? null : await actions.note?.(keyOf(before))) ?? { kind: 'delivered' };
  // Asked all the same where nothing stands, which does nothing there: what its answer is says whether the receiver takes anything.
  const key = keyOf(before ?? noPage);
  if (step === 'acknowledge') return (await actions.acknowledge(key)) ?? { kind: 'delivered' };
  return left(await actions.close(key), closed);
}

const noPage = '0'.repeat(16);
const closed: Receipt = { page: '' };

/** The page whose alert is not closed; null where none is, or nothing is known of earlier ones. */
function standingPage(earlier: Receipt | null): string | null {
  const { page = '' } = earlier ?? {};
  return /^[0-9a-f]{16}$/.test(page) ? page : null;
}

/** What a message does to the alert of its incident. Nothing that wakes nobody opens one. */
function alertStepOf(
  notification: Pick<Notification, 'kind' | 'urgency'>,
): 'open' | 'acknowledge' | 'close' | 'note' {
  if (notification.kind === 'rolling_back') return 'acknowledge';
  if (endsIncident(notification)) return 'close';
  return notification.urgency === 'page' ? 'open' : 'note';
}

/** Of a page's key: it stands in addresses and names. */
export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** The same for the same incident and page, whatever the length of its parts. @param longest in characters */
export function alertKey(notification: Pick<Notification, 'deploymentId'>, page: string, longest: number) {
  const key = `lastgood/${incidentOf(notification)}/${page}`;
  if (key.length <= longest) return key;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, longest - digest.length - 1)}-${digest}`;
}
