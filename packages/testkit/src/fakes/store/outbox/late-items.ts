import { type LateItem, type OutboxChoice, type Place, placesIn, type TroubleSince } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from '../world.ts';
import { hasPage, isBefore, isChosen, isMoot, isPage, isSameLane, laneOf, pendingOf } from './lane.ts';
import { troubleOf } from './place.ts';

export function lateItems(
  world: StoreWorld,
  choice: OutboxChoice,
  { failing, refused, at, now }: TroubleSince & { at: number; now: number },
): LateItem[] {
  const never = Number.POSITIVE_INFINITY;
  return pendingOf(world).flatMap((row) => {
    const { id, notifier, to, notification } = row;
    const fallback = fallbackOf(world, row);
    if (!isChosen(choice, row, now) || row.fellBackAt !== null) return [];
    if (isMoot(world, row) || isMoot(world, row, 'failed')) return [];
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
export function fallbackOf(world: StoreWorld, row: OutboxRow): readonly Place[] {
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

export function isFollower(world: StoreWorld, row: OutboxRow): boolean {
  return toldInsteadBefore(world, row) !== null && fallbackOf(world, row).length > 0;
}
