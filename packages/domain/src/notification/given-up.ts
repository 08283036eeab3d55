import { eventAbout, type NewEvent } from '../audit/events.ts';
import { formatMoment, formatSpan } from '../trigger/format.ts';
import type { OutboxItem } from './delivery.ts';
import { placeName, placesInWords } from './destination.ts';
import { withFullStop } from './full-stop.ts';

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
  const span = `since ${formatMoment(since, at)} (${formatSpan(at - since)})`;
  const what = `“${title}” did not reach ${placeName(item)} and is given up`;
  const why = orphaned ? reason : `${refusedSince === null ? 'tried in vain' : 'refused'} ${span}: ${reason}`;
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

function goesNow({ fallback, fellBackAt }: OutboxItem, at: number): string {
  if (fallback.length === 0) return 'There is no fallback: nobody else is told.';
  const places = placesInWords(fallback);
  return fellBackAt === null
    ? `It goes to ${places} now.`
    : `It went to ${places} at ${formatMoment(fellBackAt, at)}.`;
}
