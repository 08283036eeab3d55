import { eventAbout, type NewEvent } from '../audit/events.ts';
import { formatMoment } from '../trigger/format.ts';
import type { OutboxItem } from './delivery.ts';
import { placeName, placesInWords } from './destination.ts';
import { nobodyBesides } from './fell-back.ts';
import { withFullStop } from './full-stop.ts';
import { placesBeside } from './places-in.ts';
import { sinceInWords } from './since-in-words.ts';

export interface GivenUp {
  item: OutboxItem;
  /** Why the last try failed. */
  reason: string;
  /** Its notifier is not configured any more: nothing was tried. */
  orphaned: boolean;
  /** When it is given up, epoch milliseconds. */
  at: number;
}

/** What is told of a message that did not arrive: where, since when, why, what to change, and where it goes now. */
export function givenUpEvent({ item, reason, orphaned, at }: GivenUp): NewEvent {
  const { notification, notifier, to, fallback, fellBackAt, refusedSince } = item;
  const { key, kind, service, deploymentId, runId, title } = notification;
  const since = refusedSince ?? item.failingSince ?? at;
  const what = `“${title}” did not reach ${placeName(item)} and is given up`;
  const why = orphaned
    ? reason
    : `${refusedSince === null ? 'tried in vain' : 'refused'} ${sinceInWords(since, at)}: ${reason}`;
  const text = `${what}: ${withFullStop(why)} ${advice(item, orphaned)} ${goesNow(item, at)}`;
  return eventAbout({
    ...{ type: 'notification.failed', at, service, deploymentId, runId, text },
    data: { notifier, to, key, kind, reason, since, fallback, fellBackAt },
  });
}

function advice({ notifier, to, refusedSince }: OutboxItem, orphaned: boolean): string {
  if (orphaned) return `Add ${notifier} to notifiers in the configuration again, or route it elsewhere.`;
  if (refusedSince === null) return `Look at whether the receiver of ${notifier} is up and can be reached.`;
  const place = to === null ? '' : `, and that ${to} is still there and open to it`;
  return `Look at the settings of ${notifier} under notifiers in the configuration${place}.`;
}

function goesNow({ notification, fallback, fellBackAt, told }: OutboxItem, at: number): string {
  const besides = fellBackAt === null ? placesBeside(fallback, told) : fallback;
  if (besides.length === 0) return nobodyBesides(notification, told);
  const places = placesInWords(besides);
  return fellBackAt === null
    ? `It goes to ${places} now.`
    : `It went to ${places} at ${formatMoment(fellBackAt, at)}.`;
}
