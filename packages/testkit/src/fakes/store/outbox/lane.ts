import { isMootBy, type OutboxChoice } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from '../world.ts';

export const pendingOf = (world: StoreWorld) => world.outbox.filter(({ status }) => status === 'pending');
export const isPage = ({ notification }: OutboxRow) => notification.urgency === 'page';
export const isBefore = (one: OutboxRow, other: OutboxRow) => Number(one.id) < Number(other.id);
export const isLeased = ({ leaseUntil }: OutboxRow, now: number) => leaseUntil !== null && leaseUntil > now;

export function isSameLane(one: OutboxRow, other: OutboxRow): boolean {
  return one.incident === other.incident && one.notifier === other.notifier && one.to === other.to;
}

/** What waits about the same incident for the same place, itself included. */
export function laneOf(world: StoreWorld, row: OutboxRow): OutboxRow[] {
  return pendingOf(world).filter((one) => isSameLane(one, row));
}

/** Whether a page waits though a later one says that it is over or that somebody is at it, which waits too, or was given up. */
export function isMoot(world: StoreWorld, row: OutboxRow, status: OutboxRow['status'] = 'pending'): boolean {
  return world.outbox.some(
    (one) =>
      one.status === status &&
      isSameLane(one, row) &&
      isBefore(row, one) &&
      isMootBy(row.notification, one.notification),
  );
}

/** It is moot, or is no page and stands before such a page, which may yet have arrived. */
export function isPassedOver(world: StoreWorld, row: OutboxRow): boolean {
  if (isPage(row)) return isMoot(world, row);
  return laneOf(world, row).some((one) => isBefore(row, one) && one.attempts > 0 && isMoot(world, one));
}

/** Of its lane what is not passed over. */
export function tellingOf(world: StoreWorld, row: OutboxRow): OutboxRow[] {
  return laneOf(world, row).filter((one) => !isPassedOver(world, one));
}

/** It is a page, or one waits for it. */
export function hasPage(world: StoreWorld, row: OutboxRow): boolean {
  return tellingOf(world, row).some((one) => isPage(one) && !isBefore(one, row));
}

export function isChosen(choice: OutboxChoice, { notifier, nextAt }: OutboxRow, now: number): boolean {
  if ('notifier' in choice) return notifier === choice.notifier;
  return !choice.noneOf.includes(notifier) && nextAt <= now - (choice.waitedMs ?? 0);
}
