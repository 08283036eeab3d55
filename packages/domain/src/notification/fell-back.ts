import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { LateItem } from './delivery.ts';
import { type Place, placeName, placesInWords } from './destination.ts';
import { withFullStop } from './full-stop.ts';
import type { InsteadOf, Notification } from './notification.ts';
import { placesBeside } from './places-in.ts';
import { sinceInWords } from './since-in-words.ts';

/** A message as it is told in the stead of a place. @param at when that is, epoch milliseconds */
export function toldInstead(
  { notification, notifier, to, trouble }: LateItem,
  at: number,
): Notification & { insteadOf: InsteadOf } {
  const { since = null, refused = false } = trouble ?? {};
  const { partOf: _elsewhere, ...told } = notification;
  return { ...told, insteadOf: { notifier, to, since, refused, at } };
}

/**
 * What is told of a page that does not reach its place for long, which is still tried: who is told besides, or that nobody is. Null of what is
 * told beside it.
 */
export function lateEvent(
  { trouble, fallback, told = [], isOrphan = false, ...item }: LateItem,
  at: number,
): NewEvent | null {
  const { notification, notifier, to } = item;
  const { key, kind, service, deploymentId, runId, title, urgency } = notification;
  if (urgency !== 'page' || trouble === null) return null;
  const { since, refused, reason } = trouble;
  const isPlaces = since < notification.at;
  const fails = isPlaces
    ? `nothing is ${refused ? 'taken there, it is refused' : 'taken there'}`
    : `it is ${refused ? 'refused' : 'tried in vain'}`;
  const why = `${isOrphan ? 'it waits' : fails} ${sinceInWords(since, at)}${reason === null ? '' : `: ${reason}`}`;
  const what = `“${title}” does not reach ${placeName(item)}: ${withFullStop(why)}`;
  const besides = placesBeside(fallback, told);
  const isTold = besides.length > 0;
  const instead = isTold
    ? `It goes to ${placesInWords(besides)} besides.`
    : nobodyBesides(notification, told);
  return eventAbout({
    ...{ type: isTold ? 'notification.fell-back' : 'notification.late', at, service, deploymentId, runId },
    text: `${what} ${instead} ${isOrphan ? 'It still waits for a replica that knows that notifier.' : 'That place is still tried.'}`,
    data: { notifier, to, key, kind, reason, since, fallback: besides },
  });
}

/** Where a message goes nowhere else. @param told where it goes anyway, whether or not it arrived yet */
export function nobodyBesides({ insteadOf }: Notification, told: readonly Place[]): string {
  // The place that it is told in the stead of is the one that does not take it.
  const others = placesBeside(told, insteadOf ? [insteadOf] : []);
  return others.length === 0
    ? 'There is no fallback: nobody else is told.'
    : `Nobody is told besides: it goes to ${placesInWords(others)} anyway.`;
}
