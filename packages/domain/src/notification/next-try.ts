import type { Delivery, FailedTry, OutboxItem, TroubleSince } from './delivery.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** After this long a message that nobody refused is given up. */
const giveUpAfterMs = 24 * hour;
/** A refusal may be somebody's mistake of a minute: a token that is being changed, a channel that is being made. */
const refusedForMs = hour;
/** Longer nobody waits, whatever a receiver asks for: a page that comes tomorrow is none. */
export const longestWaitMs = 10 * minute;
/** A page that is refused, or does not arrive, for so long is told to its fallback besides: nobody sleeps through it for a revoked token. */
const fallBackAfter = { refusedMs: 2 * minute, failingMs: 5 * minute };

type Tried = Pick<
  OutboxItem,
  'attempts' | 'refusedSince' | 'placeRefusedSince' | 'notBefore' | 'notification'
>;

/** When a message that did not arrive is tried again; null when it is given up. `now`: epoch milliseconds. */
export function nextTry(
  item: Tried,
  delivery: Exclude<Delivery, { kind: 'delivered' }>,
  now: number,
): FailedTry | null {
  const { kind, reason } = delivery;
  const pauseMs = backoffMs(item.attempts - 1);
  if (now - dueAt(item) > giveUpAfterMs) return null;
  if (kind === 'retry')
    return { reason, refused: false, at: now, retryAt: now + Math.max(pauseMs, askedMs(delivery.afterMs)) };
  const leftMs = refusedFrom(item, now) + refusedForMs - now;
  return leftMs <= 0 ? null : { reason, refused: true, at: now, retryAt: now + Math.min(pauseMs, leftMs) };
}

/**
 * From when on a message counts as refused: as long as it was due and its place refused whatever it was told. What waits behind another one
 * is refused with it.
 */
export function refusedFrom(item: Omit<Tried, 'attempts'>, now: number): number {
  const own = item.refusedSince ?? now;
  const { placeRefusedSince: place } = item;
  return place === null ? own : Math.min(own, Math.max(place, dueAt(item)));
}

function dueAt({ notification, notBefore }: Pick<Tried, 'notification' | 'notBefore'>): number {
  return Math.max(notification.at, notBefore ?? 0);
}

/** Since when a place has to fail to be in trouble: what waits for it and wakes somebody is told to its fallback. */
export function inTroubleSince(now: number): TroubleSince {
  return { refused: now - fallBackAfter.refusedMs, failing: now - fallBackAfter.failingMs };
}

/** @param afterMs what the receiver asked for: any number, or none */
function askedMs(afterMs: number | null): number {
  return afterMs !== null && afterMs > 0 ? Math.min(afterMs, longestWaitMs) : 0;
}

/** 1 s, 2 s, 4 s ... five minutes, after so many failed tries before this one. */
export function backoffMs(failedBefore: number): number {
  return Math.min(5 * minute, second * 2 ** Math.min(failedBefore, 20));
}
