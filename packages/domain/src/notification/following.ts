import { goesByRoute, isRecord, type Notification, type PeopleKind } from './notification.ts';

/*
 * Whoever was woken hears how it goes on, whatever the routes say: an alert that nobody acknowledges, resolves or takes back calls on and on,
 * and a message with a button that is moot stays a trap.
 */

/** What ends an incident for whoever was told of it: what is said of the same release later begins anew. */
export const endingKinds = [
  'rolled_back',
  'rollback_cancelled',
  'incident_over',
] as const satisfies readonly PeopleKind[];

/** What wants a person, whether or not it wakes one: the tone `act` of messages. */
export const askingKinds = [
  'rollout_failed',
  'held_version_back',
  'rollback_suggested',
  'rollback_waits',
  'rollback_failed',
  'still_wrong',
  'readiness_lost',
  'drill_overdue',
] as const satisfies readonly PeopleKind[];

/** What calls somebody for what fires. It is said again, as a page under another key, once nobody is at it any more. */
export const calledKinds = ['rollback_suggested', 'rollback_waits'] as const satisfies readonly PeopleKind[];

/** By which earlier message a place hears the next one of the incident: by a page, by whatever wanted a person, or by none. */
export type FollowedBy = 'page' | 'ask' | 'nothing';

export function followedBy(next: Pick<Notification, 'kind'>): FollowedBy {
  if (isRecord(next)) return 'nothing';
  return goesByRoute(next) ? 'page' : 'ask';
}

/**
 * Whether a place hears of what comes next because of what it was told before of the same incident. That it is over it hears once that is
 * true of all that wants a person there, for a receiver has one state; what ends before that is partly over, and wants nobody from then on.
 * That somebody is at it, it hears where it is true of some of it. What waits to be told there counts as told, what was given up does not.
 * @param told in order
 */
export function isFollowing(
  told: readonly Pick<Notification, 'kind' | 'urgency' | 'ends'>[],
  next: Pick<Notification, 'kind' | 'ends'>,
): boolean {
  const by = followedBy(next);
  if (by === 'nothing') return false;
  const current = told.slice(told.findLastIndex(endsIncident) + 1);
  const isOpen = current.some(
    ({ kind, urgency }) => urgency === 'page' || (by === 'ask' && isAmong(askingKinds, kind)),
  );
  return isOpen && isTrueOf(standingAsks(current), next);
}

/** What of it wants a person at that place all the same where the next message is partly true of it, each once. @param told in order */
export function standsBeside(
  told: readonly Pick<Notification, 'kind' | 'ends'>[],
  { ends = [] }: Pick<Notification, 'ends'>,
): PeopleKind[] {
  const asks = standingAsks(told.slice(told.findLastIndex(endsIncident) + 1));
  return askingKinds.filter((kind) => !isAmong(ends, kind) && asks.some((one) => one.kind === kind));
}

/**
 * Whether a page that waits for its place is moot by what was told later of the same incident there: what it says is over, or somebody is at it.
 * Nobody is woken for that any more; the later message is told.
 */
export function isMootBy(
  page: Pick<Notification, 'kind' | 'urgency'>,
  later: Pick<Notification, 'kind' | 'ends'>,
): boolean {
  if (page.urgency !== 'page') return false;
  if (later.kind === 'partly_over') return isAmong(later.ends ?? [], page.kind);
  return endsIncident(later) || (later.kind === 'taken_on' && isAmong(calledKinds, page.kind));
}

/** What wants a person, but for what was said to be over since. */
function standingAsks(
  told: readonly Pick<Notification, 'kind' | 'ends'>[],
): readonly Pick<Notification, 'kind'>[] {
  return told.filter(
    (one, index) =>
      isAmong(askingKinds, one.kind) &&
      !told
        .slice(index + 1)
        .some(({ kind, ends }) => kind === 'partly_over' && isAmong(ends ?? [], one.kind)),
  );
}

function isTrueOf(
  asks: readonly Pick<Notification, 'kind'>[],
  { kind, ends }: Pick<Notification, 'kind' | 'ends'>,
): boolean {
  if (ends === undefined) return true;
  const ended = asks.filter((one) => isAmong(ends, one.kind));
  if (ended.length === 0 || kind === 'taken_on') return ended.length > 0;
  return (ended.length === asks.length) === (kind === 'incident_over');
}

export function endsIncident({ kind }: Pick<Notification, 'kind'>): boolean {
  return isAmong(endingKinds, kind);
}

function isAmong(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}
