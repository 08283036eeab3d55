import type { NotificationFacts } from './facts.ts';
import type { Notification } from './notification.ts';

/**
 * That an incident is over, as it is written: once for where that is true of all that wanted a person, and once for where something else
 * stands yet. Of these a place is told one at the most (`isFollowing`).
 */
export function withPartlyOver(notification: Notification): Notification[] {
  const { ifPartly, ...rest } = notification;
  const told = ifPartly === undefined ? notification : rest;
  return told.kind === 'incident_over' && told.ends !== undefined
    ? [told, partlyOver(told, ifPartly ?? null)]
    : [told];
}

/** It closes nothing: somebody has to do something all the same. @param next what follows by itself */
function partlyOver(over: Notification, next: NotificationFacts['next']): Notification {
  const { key, text, facts } = over;
  return {
    ...over,
    key: `${key}/partly`,
    kind: 'partly_over',
    text: `${text} What else was told of it stands, and wants a person.`,
    ...(facts && { facts: { ...facts, next } }),
  };
}
