import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { OutboxItem, PassedItem } from './delivery.ts';
import { placeName } from './destination.ts';
import { withFullStop } from './full-stop.ts';
import { sinceInWords } from './since-in-words.ts';

/** What is told of a message that is not sent any more because a later one of its incident arrived at the place. @param at when it did, epoch milliseconds */
export function overtakenEvent(
  { notifier, to, notification: later }: Pick<OutboxItem, 'notifier' | 'to' | 'notification'>,
  { notification, failingSince, reason, isTried }: PassedItem,
  at: number,
): NewEvent {
  const { key, kind, service, deploymentId, runId, title } = notification;
  const since = failingSince ?? at;
  const what = `“${title}” is not sent to ${placeName({ notifier, to })} any more: “${later.title}”, which came later, arrived there`;
  const tried = `It was tried in vain ${sinceInWords(since, at)}${reason === null ? '' : `: ${reason}`}`;
  const why = isTried ? tried : 'There was nothing to do about it any more before it was tried';
  const text = `${what}. ${withFullStop(why)}`;
  return eventAbout({
    ...{ type: 'notification.overtaken', at, service, deploymentId, runId, text },
    data: { notifier, to, key, kind, reason, since, by: later.key },
  });
}
