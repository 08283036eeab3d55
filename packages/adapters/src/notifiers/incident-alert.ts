import { createHash } from 'node:crypto';
import type { Delivery, Outgoing, Receipt } from '@lastgood/domain/notification/delivery';
import { endsIncident } from '@lastgood/domain/notification/following';
import { incidentOf, type Notification, type OfIncident } from '@lastgood/domain/notification/notification';
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
  outgoing: Outgoing,
  keyOf: (page: string) => string,
  actions: AlertActions,
): Promise<Delivery> {
  const standing = standingPages(outgoing);
  const last = standing.at(-1) ?? null;
  const step = alertStepOf(outgoing.notification);
  if (step === 'open') {
    const page = digestOf(outgoing.notification.key);
    // The page first: whoever sleeps does not wait for what is tidied up.
    const others = standing.filter((one) => one !== page);
    return left((await actions.open(keyOf(page))) ?? (await closeAll(others, keyOf, actions)), { page });
  }
  // Asked all the same where nothing stands, which does nothing there: what its answer is says whether the receiver takes anything.
  if (step === 'close')
    return left(await closeAll(last === null ? [noPage] : standing, keyOf, actions), closed);
  const failed =
    step === 'acknowledge'
      ? await actions.acknowledge(keyOf(last ?? noPage))
      : last === null
        ? null
        : await actions.note?.(keyOf(last));
  const news = last === standingPage(outgoing.earlier) ? null : last;
  return left(
    failed ?? (await closeAll(standing.slice(0, -1), keyOf, actions)),
    news === null ? null : { page: news },
  );
}

function left(failed: NotDelivered | null, receipt: Receipt | null): Delivery {
  return failed ?? { kind: 'delivered', ...(receipt && { receipt }) };
}

async function closeAll(
  pages: readonly string[],
  keyOf: (page: string) => string,
  { close }: AlertActions,
): Promise<NotDelivered | null> {
  for (const page of pages) {
    const failed = await close(keyOf(page));
    if (failed) return failed;
  }
  return null;
}

/** Whose alerts are not closed, the newest last: that of which is known, and those that may have arrived though no answer came. */
function standingPages({ earlier, passed = [] }: Outgoing): string[] {
  const known = standingPage(earlier);
  const pages = passed.filter(({ urgency }) => urgency === 'page').map(({ key }) => digestOf(key));
  return [...new Set([...(known === null ? [] : [known]), ...pages])];
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
  // Lastgood is at work, or a person is.
  if (notification.kind === 'rolling_back' || notification.kind === 'taken_on') return 'acknowledge';
  if (endsIncident(notification)) return 'close';
  // Whoever called it off has seen it.
  if (notification.kind === 'still_wrong' && notification.urgency === 'info') return 'acknowledge';
  return notification.urgency === 'page' ? 'open' : 'note';
}

/** Of a page's key: it stands in addresses and names. */
export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** The same for the same incident and page, whatever the length of its parts. @param longest in characters */
export function alertKey(notification: OfIncident, page: string, longest: number) {
  const key = `lastgood/${incidentOf(notification)}/${page}`;
  if (key.length <= longest) return key;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, longest - digest.length - 1)}-${digest}`;
}
