import { formatInstant } from '../trigger/format.ts';
import type { Notification } from './notification.ts';

/** Nothing that was foreseen then is said of now. */
const next = {
  text: 'It is told as it was then and may be otherwise by now: Lastgood shows how it stands.',
  at: null,
};

/** What quiet hours held back, as it is told after them: it says when it was true, and that this is over. Anything else is left as it is. */
export function toldAfterwards(notification: Notification): Notification {
  if (!notification.heldBack) return notification;
  const { title, at, facts } = notification;
  return {
    ...notification,
    title: `Held in quiet hours, this was at ${formatInstant(at)}: ${title}`,
    ...(facts && { facts: { ...facts, next } }),
  };
}
