import { type KnownNotifier, type LateItem, type Place, placesBeside, toEveryHearer } from '@lastgood/domain';

/*
 * Messages for a notifier that is not known here. While replicas are renewed one after the other another one may know it, and sends them
 * then: what nobody has sent for long is told elsewhere, and given up in the end.
 */

const minute = 60_000;

/** After what time without a try a page is told elsewhere, and a message is given up: longer than replicas take to be renewed. */
export const orphanMs = { late: 2 * minute, givenUp: 15 * minute };

type Orphan = Pick<LateItem, 'notifier' | 'notification' | 'fallback' | 'told'>;

/** Who is told in its stead: its fallback; of a page that has none, as where a notifier was renamed, whoever hears of such things and is not told anyway. */
export function orphanFallback(
  { notification, fallback, told = [] }: Orphan,
  known: readonly KnownNotifier[],
): readonly Place[] {
  if (fallback.length > 0 || notification.urgency !== 'page') return fallback;
  const hearers = toEveryHearer(known)(notification).map(({ notifier, to }) => ({ notifier, to }));
  return placesBeside(hearers, told);
}

export function lateOrphan(item: LateItem, known: readonly KnownNotifier[]): LateItem {
  const reason = `No notifier named ${item.notifier} is known here.`;
  const trouble = item.trouble && { ...item.trouble, reason };
  return { ...item, trouble, fallback: orphanFallback(item, known), isOrphan: true };
}
