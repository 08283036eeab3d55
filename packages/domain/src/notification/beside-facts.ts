import type { Notification } from './notification.ts';

/** A text as it stands beside title and facts: what those do not say, and what a person can do. */
export function besideFacts({ kind, text, facts }: Pick<Notification, 'kind' | 'text' | 'facts'>): string {
  if (facts?.beside === undefined) return text;
  const { beside, nothingToGoBackTo } = facts;
  if (kind !== 'rollback_suggested') return beside;
  const act = nothingToGoBackTo
    ? 'Acknowledge it if it may stay.'
    : 'Roll back, or acknowledge it if it may stay.';
  return [beside, act].filter((part) => part !== '').join(' ');
}
