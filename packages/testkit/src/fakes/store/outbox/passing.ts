import type { OutboxRow, StoreWorld } from '../world.ts';
import { hasPage, isBefore, isLeased, isPage, laneOf, tellingOf } from './lane.ts';

/** Whether it is the next of its lane to be sent: the last that was tried, else the first, unless a page passes that. */
export function isTurn(world: StoreWorld, row: OutboxRow, now: number): boolean {
  const lane = tellingOf(world, row);
  const current = lane.findLast(({ attempts }) => attempts > 0) ?? lane[0];
  if (current === undefined || laneOf(world, row).some((one) => isLeased(one, now))) return false;
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
