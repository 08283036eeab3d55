import { isRecord, type LeasedItem, type Outbox } from '@lastgood/domain';
import { hasPage, isChosen, isMoot, pendingOf } from './outbox/lane.ts';
import { lateItems } from './outbox/late-items.ts';
import { isTurn } from './outbox/passing.ts';
import { noteTrouble, placeKey } from './outbox/place.ts';
import { toItem } from './outbox/taken-item.ts';
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
      const row = pendingOf(world).find(
        (one) => one.id === id && one.fellBackAt === null && !isMoot(world, one),
      );
      if (!row) return false;
      patch(id, { fellBackAt: at, fallback });
      if (event) insertEvents(world, [event]);
      insertFallback(world, notification, fallback, context().now);
      return true;
    },
  };
}
