import type { LeasedItem, Outbox, OutboxChoice, OutboxItem } from '@lastgood/domain';
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
        .filter((row) => isChosen(choice, row) && isFirstDue(world, row, now))
        .sort((a, b) => a.nextAt - b.nextAt)
        .slice(0, limit)
        .sort((a, b) => Number(a.id) - Number(b.id));
      for (const row of due) patch(row.id, { leaseUntil: now + leaseMs, attempts: row.attempts + 1 });
      return due.map((row) => toItem(world, row));
    },
    async delivered({ id, notification }, receipt, missed = []) {
      patch(id, { status: 'delivered', leaseUntil: null, lastError: null, receipt });
      insertToPlaces(world, notification, missed, context().now);
    },
    async failed(item, { reason, refused, at, retryAt }) {
      const row = held(item);
      if (!row) return;
      const { now, callerNow } = context();
      patch(item.id, {
        nextAt: now + Math.max(0, retryAt - callerNow),
        ...{ leaseUntil: null, lastError: reason },
        failingSince: row.failingSince ?? at,
        refusedSince: row.refusedSince ?? (refused ? at : null),
      });
    },
    async giveUp(item, reason, event) {
      if (!held(item)) return false;
      patch(item.id, { status: 'failed', leaseUntil: null, lastError: reason });
      insertEvents(world, [event]);
      insertFallback(world, item.notification, item.fallback, context().now);
      return true;
    },
    async fallBack(choice, { failing, refused }, at) {
      const late = pendingOf(world).filter((row) => {
        if (!isChosen(choice, row) || row.fellBackAt !== null || row.fallback.length === 0) return false;
        const lane = laneOf(world, row);
        const isTrouble = lane.some(
          ({ refusedSince, failingSince }) =>
            (refusedSince ?? Number.POSITIVE_INFINITY) <= refused ||
            (failingSince ?? Number.POSITIVE_INFINITY) <= failing,
        );
        return isTrouble && lane.some((one) => isPage(one) && (one === row || isBefore(row, one)));
      });
      for (const { id } of late) patch(id, { fellBackAt: at });
      const { now } = context();
      return late.reduce(
        (sum, { notification, fallback }) => sum + insertFallback(world, notification, fallback, now),
        0,
      );
    },
  };
}

function isChosen(choice: OutboxChoice, { notifier }: OutboxRow): boolean {
  return 'notifier' in choice ? notifier === choice.notifier : !choice.noneOf.includes(notifier);
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

function isFirstDue(world: StoreWorld, row: OutboxRow, now: number): boolean {
  const lane = laneOf(world, row);
  if (lane.some((one) => isBefore(one, row) || isLeased(one, now))) return false;
  const isHeld = row.attempts === 0 && row.notBefore !== null;
  return row.nextAt <= now || (isHeld && lane.some((one) => isPage(one) && isBefore(row, one)));
}

function toItem(world: StoreWorld, { id }: OutboxRow): OutboxItem {
  const row = world.outbox.find((one) => one.id === id);
  if (!row) throw new Error(`there is no message ${id}`);
  const {
    notifier,
    to,
    notification,
    attempts,
    notBefore,
    failingSince,
    refusedSince,
    fallback,
    fellBackAt,
  } = row;
  const earlier = world.outbox.findLast(
    (one) => isSameLane(one, row) && one.status === 'delivered' && one.receipt !== null,
  );
  return {
    ...{ id, notifier, to, notification, attempts, notBefore, failingSince, refusedSince },
    ...{ fallback, fellBackAt, earlier: earlier?.receipt ?? null },
  };
}
