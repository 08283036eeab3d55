import type { NotificationFacts } from './facts.ts';
import type { askingKinds } from './following.ts';
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
  const { key, facts } = over;
  return {
    ...over,
    key: `${key}/partly`,
    kind: 'partly_over',
    ...(facts && { facts: { ...facts, next } }),
  };
}

const standing: Record<(typeof askingKinds)[number], string> = {
  rollout_failed: 'its rollout failed',
  held_version_back: 'it was taken back, and is back',
  rollback_suggested: 'a rollback is suggested',
  rollback_waits: 'a rollback waits for evidence',
  rollback_failed: 'its rollback stopped',
  still_wrong: 'what it was to be rolled back for is as it was',
  readiness_lost: 'its way back is lost',
  drill_overdue: 'its way back was not practised',
};

/** What wants a person all the same, at the end of what is over in part. */
export function standsInWords(stands: Notification['stands']): string {
  const all = Object.entries(standing).flatMap(([kind, words]) =>
    (stands as readonly string[] | undefined)?.includes(kind) ? [words] : [],
  );
  return all.length === 0
    ? 'What else was told of it stands, and wants a person.'
    : `It wants a person all the same: ${all.join(', and ')}.`;
}
