import { eventAbout, type NewEvent } from '../audit/events.ts';
import { formatMoment, formatSpan } from '../trigger/format.ts';
import type { OutboxItem, PassedItem } from './delivery.ts';
import { placeName } from './destination.ts';
import { withFullStop } from './full-stop.ts';

/** What is told of a message that is not sent any more because a later one of its incident arrived at the place. @param at when it did, epoch milliseconds */
export function overtakenEvent(
  { notifier, to, notification: later }: Pick<OutboxItem, 'notifier' | 'to' | 'notification'>,
  { notification, failingSince, reason }: PassedItem,
  at: number,
): NewEvent {
  const { key, kind, service, deploymentId, runId, title } = notification;
  const since = failingSince ?? at;
  const span = `since ${formatMoment(since, at)} (${formatSpan(at - since)})`;
  const what = `“${title}” is not sent to ${placeName({ notifier, to })} any more: “${later.title}”, which came later, arrived there`;
  const text = `${what}. ${withFullStop(`It was tried in vain ${span}${reason === null ? '' : `: ${reason}`}`)}`;
  return eventAbout({
    ...{ type: 'notification.overtaken', at, service, deploymentId, runId, text },
    data: { notifier, to, key, kind, reason, since, by: later.key },
  });
}
