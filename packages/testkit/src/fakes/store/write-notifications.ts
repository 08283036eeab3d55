import { type Destination, incidentOf, type Notification, type Place, type Route } from '@lastgood/domain';
import type { StoreWorld } from './world.ts';

/** One row for each place the route names. */
export function insertNotifications(
  world: StoreWorld,
  notifications: readonly Notification[],
  { route, now, callerNow }: { route: Route; now: number; callerNow: number },
): void {
  for (const notification of notifications)
    for (const destination of route(notification)) {
      const heldMs = Math.max(0, (destination.notBefore ?? callerNow) - callerNow);
      insertRow(world, notification, destination, now, heldMs);
    }
}

/** One row for each place that is told in another one's stead. */
export function insertFallback(
  world: StoreWorld,
  notification: Notification,
  places: readonly Place[],
  now: number,
): void {
  const rest = { notBefore: null, fallback: [] };
  insertToPlaces(
    world,
    notification,
    places.map((place) => ({ ...place, ...rest })),
    now,
  );
}

/** One row for each further place. */
export function insertToPlaces(
  world: StoreWorld,
  notification: Notification,
  places: readonly Destination[],
  now: number,
): void {
  for (const place of places) insertRow(world, notification, place, now, 0);
}

/** A declaration's routes were asked where it goes, and are nobody else's. */
function stored({ routes: _asked, ...told }: Notification): Notification {
  return told;
}

/** Nothing when the key was sent to that place before. */
function insertRow(
  world: StoreWorld,
  notification: Notification,
  { notifier, to, notBefore, fallback }: Destination,
  now: number,
  heldMs: number,
): void {
  const isKnown = world.outbox.some(
    (row) => row.notifier === notifier && row.to === to && row.notification.key === notification.key,
  );
  if (isKnown) return;
  world.outbox.push({
    id: String(world.outbox.length + 1),
    ...{ notifier, to, fallback },
    notification: stored(notification),
    incident: incidentOf(notification),
    status: 'pending',
    attempts: 0,
    nextAt: now + heldMs,
    notBefore: heldMs > 0 ? notBefore : null,
    leaseUntil: null,
    failedAt: null,
    lastError: null,
    failingSince: null,
    refusedSince: null,
    fellBackAt: null,
    receipt: null,
  });
}
