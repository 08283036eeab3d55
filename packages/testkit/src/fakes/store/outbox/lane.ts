import type { OutboxChoice } from '@lastgood/domain';
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

/** It is a page, or one waits for it. */
export function hasPage(world: StoreWorld, row: OutboxRow): boolean {
  return laneOf(world, row).some((one) => isPage(one) && !isBefore(one, row));
}

export function isChosen(choice: OutboxChoice, { notifier, nextAt }: OutboxRow, now: number): boolean {
  if ('notifier' in choice) return notifier === choice.notifier;
  return !choice.noneOf.includes(notifier) && nextAt <= now - (choice.waitedMs ?? 0);
}
