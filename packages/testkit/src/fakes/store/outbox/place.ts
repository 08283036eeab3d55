import { isRecord } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from '../world.ts';

const hourMs = 60 * 60_000;

/** Before the row itself is changed. Where nothing has waited in vain at its place, or was given up there, for an hour, trouble begins anew. */
export function noteTrouble(
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
export function troubleOf(world: StoreWorld, row: OutboxRow) {
  return isRecord(row.notification) ? undefined : world.troubledPlaces.get(placeKey(row));
}

export function placeKey({ notifier, to }: OutboxRow): string {
  return JSON.stringify([notifier, to]);
}
