import type { OutboxItem } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from '../world.ts';
import { isBefore, isMoot, isPassedOver, isSameLane, laneOf } from './lane.ts';
import { fallbackOf, isFollower } from './late-items.ts';
import { troubleOf } from './place.ts';

export function toItem(world: StoreWorld, { id }: OutboxRow): OutboxItem {
  const row = world.outbox.find((one) => one.id === id);
  if (!row) throw new Error(`there is no message ${id}`);
  const { notifier, to, notification, attempts, notBefore, failingSince, refusedSince, fellBackAt } = row;
  const earlier = world.outbox.findLast(
    (one) => isSameLane(one, row) && one.status === 'delivered' && one.receipt !== null,
  );
  return {
    ...{ id, notifier, to, notification, attempts, notBefore, failingSince, refusedSince },
    passes: laneOf(world, row)
      .filter((one) => isBefore(one, row) && (one.attempts > 0 || isPassedOver(world, one)))
      .map((one) => ({
        ...{ id: one.id, notification: one.notification },
        ...{ failingSince: one.failingSince, reason: one.lastError, isTried: one.attempts > 0 },
      })),
    wasPassed:
      attempts > 1 &&
      world.outbox.some((one) => isSameLane(one, row) && isBefore(row, one) && one.status === 'failed'),
    isMoot: isMoot(world, row, 'failed'),
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
