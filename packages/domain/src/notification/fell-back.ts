import { eventAbout, type NewEvent } from '../audit/events.ts';
import { formatDuration, formatMoment } from '../trigger/format.ts';
import type { LateItem } from './delivery.ts';
import { placesInWords } from './destination.ts';
import type { InsteadOf, Notification } from './notification.ts';

/** A message as it is told in the stead of a place. @param at when that is, epoch milliseconds */
export function toldInstead(
  { notification, notifier, to, trouble }: LateItem,
  at: number,
): Notification & { insteadOf: InsteadOf } {
  const { since = null, refused = false } = trouble ?? {};
  return { ...notification, insteadOf: { notifier, to, since, refused, at } };
}

/** What is told of a page whose fallback is told while its own place is still tried; null of what is told beside it. */
export function fellBackEvent({ trouble, fallback, ...item }: LateItem, at: number): NewEvent | null {
  const { notification, notifier, to } = item;
  const { key, kind, service, deploymentId, runId, title, urgency } = notification;
  if (urgency !== 'page' || trouble === null) return null;
  const { since, refused, reason } = trouble;
  const span = `since ${formatMoment(since, at)} (${formatDuration(at - since)})`;
  const isPlaces = since < notification.at;
  const what = isPlaces
    ? `nothing is ${refused ? 'taken there, it is refused' : 'taken there'}`
    : `it is ${refused ? 'refused' : 'tried in vain'}`;
  const why = `${what} ${span}${reason === null ? '' : `: ${reason}`}`;
  const ended = /[.!?]$/.test(why) ? why : `${why}.`;
  const text = `“${title}” goes to ${placesInWords(fallback)} besides, as it does not reach ${placesInWords([item])}: ${ended} That place is still tried.`;
  return eventAbout({
    ...{ type: 'notification.fell-back', at, service, deploymentId, runId, text },
    data: { notifier, to, key, kind, reason, since, fallback },
  });
}
