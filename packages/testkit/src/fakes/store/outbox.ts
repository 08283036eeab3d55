import {
  isRecord,
  type LateItem,
  type LeasedItem,
  type Outbox,
  type OutboxChoice,
  type OutboxItem,
  type Place,
  placesIn,
  type TroubleSince,
} from '@lastgood/domain';
import { standingOf } from './standing-incidents.ts';
import type { OutboxRow, StoreWorld } from './world.ts';
import { insertEvents, type WriteContext } from './write-commit.ts';
import { insertFallback, insertToPlaces } from './write-notifications.ts';

export function createInMemoryOutbox(world: StoreWorld, context: () => WriteContext): Outbox {
  const patch = (id: string, over: Partial<OutboxRow>) => {
    world.outbox = world.outbox.map((row) => (row.id === id ? { ...row, ...over } : row));
  };
  /** Null when its lease was lost to another one. */
  const held = ({ id, attempts }: LeasedItem): OutboxRow | null =>
    pendingOf(world).find((row) => row.id === id && row.attempts === attempts) ?? null;
  return {
    async take(_replica, limit, leaseMs, choice) {
      const { now } = context();
      const due = pendingOf(world)
        .filter((row) => isChosen(choice, row, now) && isTurn(world, row, now))
        .sort((a, b) => Number(hasPage(world, b)) - Number(hasPage(world, a)) || a.nextAt - b.nextAt)
        .slice(0, limit)
        .sort((a, b) => Number(a.id) - Number(b.id));
      for (const row of due) patch(row.id, { leaseUntil: now + leaseMs, attempts: row.attempts + 1 });
      return due.map((row) => toItem(world, row));
    },
    async delivered({ id, notification, to }, receipt, overtaken = [], missed = []) {
      const row = world.outbox.find((one) => one.id === id);
      if (row && !isRecord(row.notification)) world.troubledPlaces.delete(placeKey(row));
      patch(id, {
        status: 'delivered',
        leaseUntil: null,
        lastError: null,
        receipt,
        deliveredAt: context().now,
      });
      for (const { event, ...passed } of overtaken) {
        if (!pendingOf(world).some((one) => one.id === passed.id)) continue;
        patch(passed.id, { status: 'overtaken', leaseUntil: null });
        insertEvents(world, [event]);
      }
      insertToPlaces(world, { ...notification, partOf: { to } }, missed, context().now);
    },
    async failed(item, { reason, refused, at, retryAt }) {
      const row = held(item);
      if (!row) return;
      const { now, callerNow } = context();
      noteTrouble(world, row, { since: at, refused, now });
      patch(item.id, {
        nextAt: now + Math.max(0, retryAt - callerNow),
        ...{ leaseUntil: null, lastError: reason, failedAt: now },
        failingSince: row.failingSince ?? at,
        refusedSince: row.refusedSince ?? (refused ? at : null),
      });
    },
    async giveUp(item, reason, event) {
      const row = held(item);
      if (!row) return false;
      const fellBackAt = item.fallback.length === 0 ? row.fellBackAt : (row.fellBackAt ?? context().now);
      patch(item.id, {
        status: 'failed',
        givenUpAt: context().now,
        leaseUntil: null,
        lastError: reason,
        fellBackAt,
        fallback: item.fallback,
      });
      insertEvents(world, [event]);
      insertFallback(world, item.notification, item.fallback, context().now);
      return true;
    },
    standing: async (choice) => standingOf(world, choice, context().now),
    late: async (choice, trouble, at) => lateItems(world, choice, { ...trouble, at, now: context().now }),
    async fallBack({ id, notification, fallback }, at, event) {
      const row = pendingOf(world).find((one) => one.id === id && one.fellBackAt === null);
      if (!row) return false;
      patch(id, { fellBackAt: at, fallback });
      if (event) insertEvents(world, [event]);
      insertFallback(world, notification, fallback, context().now);
      return true;
    },
  };
}

const hourMs = 60 * 60_000;

/** Before the row itself is changed. Where nothing has waited in vain at its place, or was given up there, for an hour, trouble begins anew. */
function noteTrouble(
  world: StoreWorld,
  row: OutboxRow,
  { since, refused, now }: { since: number; refused: boolean; now: number },
): void {
  if (isRecord(row.notification)) return;
  const isKnown = world.outbox.some(
    (one) =>
      !isRecord(one.notification) &&
      placeKey(one) === placeKey(row) &&
      ((one.status === 'pending' && one.failingSince !== null) ||
        (one.status === 'failed' && (one.givenUpAt ?? 0) > now - hourMs)),
  );
  const before = isKnown ? world.troubledPlaces.get(placeKey(row)) : undefined;
  world.troubledPlaces.set(placeKey(row), {
    failingSince: before?.failingSince ?? since,
    refusedSince: before?.refusedSince ?? (refused ? since : null),
  });
}

/** A receiver may refuse records and take every page. */
function troubleOf(world: StoreWorld, row: OutboxRow) {
  return isRecord(row.notification) ? undefined : world.troubledPlaces.get(placeKey(row));
}

function lateItems(
  world: StoreWorld,
  choice: OutboxChoice,
  { failing, refused, at, now }: TroubleSince & { at: number; now: number },
): LateItem[] {
  const never = Number.POSITIVE_INFINITY;
  return pendingOf(world).flatMap((row) => {
    const { id, notifier, to, notification } = row;
    const fallback = fallbackOf(world, row);
    if (!isChosen(choice, row, now) || row.fellBackAt !== null) return [];
    if (fallback.length === 0 && !isPage(row)) return [];
    const lane = laneOf(world, row);
    const isTried = lane.some((one) => one.failingSince !== null);
    const place = troubleOf(world, row);
    const known = place ? [...lane, place] : lane;
    const refusedSince = Math.min(...known.map((one) => one.refusedSince ?? never));
    const failingSince = Math.min(...known.map((one) => one.failingSince ?? never));
    const isTrouble = isTried && (refusedSince <= refused || failingSince <= failing);
    if ('notifier' in choice && !isTrouble) return [];
    if (!hasPage(world, row) && (!isFollower(world, row) || (row.notBefore ?? at) > at)) return [];
    const isRefused = refusedSince <= refused;
    const trouble = {
      since: isRefused ? refusedSince : failingSince === never ? row.nextAt : failingSince,
      refused: isRefused,
      reason: lane.find(({ lastError }) => lastError !== null)?.lastError ?? null,
    };
    return [{ id, notifier, to, notification, fallback, trouble }];
  });
}

/** Its own, and whoever was told what it follows in the stead of its place. */
function fallbackOf(world: StoreWorld, row: OutboxRow): readonly Place[] {
  return placesIn([...row.fallback, ...(toldInsteadBefore(world, row) ?? [])]);
}

/** Who was told an earlier message of its incident that was for the same place, and not this one; null where nobody was. */
function toldInsteadBefore(world: StoreWorld, row: OutboxRow): readonly Place[] | null {
  if (row.fellBackAt !== null) return null;
  const told = world.outbox.filter(
    (one) => isSameLane(one, row) && isBefore(one, row) && one.fellBackAt !== null,
  );
  const somebody = told.findLast(({ fallback }) => fallback.length > 0);
  return (somebody ?? told.at(-1))?.fallback ?? null;
}

function isFollower(world: StoreWorld, row: OutboxRow): boolean {
  return toldInsteadBefore(world, row) !== null && fallbackOf(world, row).length > 0;
}

function isChosen(choice: OutboxChoice, { notifier, nextAt }: OutboxRow, now: number): boolean {
  if ('notifier' in choice) return notifier === choice.notifier;
  return !choice.noneOf.includes(notifier) && nextAt <= now - (choice.waitedMs ?? 0);
}

const pendingOf = (world: StoreWorld) => world.outbox.filter(({ status }) => status === 'pending');
const isPage = ({ notification }: OutboxRow) => notification.urgency === 'page';
const isBefore = (one: OutboxRow, other: OutboxRow) => Number(one.id) < Number(other.id);
const isLeased = ({ leaseUntil }: OutboxRow, now: number) => leaseUntil !== null && leaseUntil > now;

function isSameLane(one: OutboxRow, other: OutboxRow): boolean {
  return one.incident === other.incident && one.notifier === other.notifier && one.to === other.to;
}

/** What waits about the same incident for the same place, itself included. */
function laneOf(world: StoreWorld, row: OutboxRow): OutboxRow[] {
  return pendingOf(world).filter((one) => isSameLane(one, row));
}

function placeKey({ notifier, to }: OutboxRow): string {
  return JSON.stringify([notifier, to]);
}

/** It is a page, or one waits for it. */
function hasPage(world: StoreWorld, row: OutboxRow): boolean {
  return laneOf(world, row).some((one) => isPage(one) && !isBefore(one, row));
}

/** Whether it is the next of its lane to be sent: the last that was tried, else the first, unless a page passes that. */
function isTurn(world: StoreWorld, row: OutboxRow, now: number): boolean {
  const lane = laneOf(world, row);
  const current = lane.findLast(({ attempts }) => attempts > 0) ?? lane[0];
  if (current === undefined || lane.some((one) => isLeased(one, now))) return false;
  const passing = nextPassing(lane, current, now);
  if (passing) return row === passing;
  const isPulled =
    current.failedAt !== null && isStuckLane(lane, current, now) && duePages(lane, current, now).length > 0;
  const isHeld = row.attempts === 0 && row.notBefore !== null;
  return row === current && (row.nextAt <= now || isPulled || (isHeld && hasPage(world, row)));
}

/** What follows the current one of a lane that is stuck, once that was tried since a page behind it is due. */
function nextPassing(lane: readonly OutboxRow[], current: OutboxRow, now: number): OutboxRow | undefined {
  const isTried = duePages(lane, current, now).some(({ nextAt }) => (current.failedAt ?? -1) >= nextAt);
  return isTried && isStuckLane(lane, current, now) ? lane.find((one) => isBefore(current, one)) : undefined;
}

function duePages(lane: readonly OutboxRow[], current: OutboxRow, now: number): OutboxRow[] {
  return lane.filter((one) => isPage(one) && isBefore(current, one) && one.nextAt <= now);
}

/** Refused three times, tried in vain five times, or not to be tried for half a minute. */
function isStuckLane(lane: readonly OutboxRow[], current: OutboxRow, now: number): boolean {
  return lane.some(
    (one) =>
      !isBefore(current, one) &&
      one.failedAt !== null &&
      (one.attempts >= (one.refusedSince === null ? 5 : 3) || one.nextAt > now + 30_000),
  );
}

function toItem(world: StoreWorld, { id }: OutboxRow): OutboxItem {
  const row = world.outbox.find((one) => one.id === id);
  if (!row) throw new Error(`there is no message ${id}`);
  const { notifier, to, notification, attempts, notBefore, failingSince, refusedSince, fellBackAt } = row;
  const earlier = world.outbox.findLast(
    (one) => isSameLane(one, row) && one.status === 'delivered' && one.receipt !== null,
  );
  return {
    ...{ id, notifier, to, notification, attempts, notBefore, failingSince, refusedSince },
    passes: laneOf(world, row)
      .filter((one) => isBefore(one, row) && one.attempts > 0)
      .map((one) => ({
        ...{ id: one.id, notification: one.notification },
        ...{ failingSince: one.failingSince, reason: one.lastError },
      })),
    wasPassed:
      attempts > 1 &&
      world.outbox.some((one) => isSameLane(one, row) && isBefore(row, one) && one.status === 'failed'),
    placeRefusedSince: troubleOf(world, row)?.refusedSince ?? null,
    ...{
      fallback: fallbackOf(world, row),
      fellBackAt,
      follows: isFollower(world, row),
      earlier: earlier?.receipt ?? null,
    },
    ...partsOf(world, row),
  };
}

/** Who of the place has rows of their own: for this message, and for one before it that did not reach them. */
function partsOf(world: StoreWorld, row: OutboxRow): Pick<OutboxItem, 'apart' | 'notReached'> {
  const parts = world.outbox.filter(
    ({ incident, notifier, notification: { partOf } }) =>
      incident === row.incident && notifier === row.notifier && partOf?.to === row.to,
  );
  const last = world.outbox.findLast((one) => isSameLane(one, row) && one.status === 'delivered');
  const isOwn = ({ notification }: OutboxRow) => notification.key === row.notification.key;
  const isMissed = ({ status, notification: { key } }: OutboxRow) =>
    status === 'pending' || (status === 'failed' && key === last?.notification.key);
  const missed = parts.filter((one) => !isOwn(one) && isMissed(one));
  const byPlace = Map.groupBy(missed, ({ to }) => to ?? '');
  return {
    apart: parts.filter(isOwn).flatMap(({ to }) => to ?? []),
    notReached: [...byPlace].map(([to, [first]]) => ({ to, reason: first?.lastError ?? null })),
  };
}
