import {
  type Destination,
  deliveryLane,
  type InsteadOf,
  isFollowing,
  isSamePlace,
  type Notification,
  type Place,
  type Route,
  standsBeside,
  withPartlyOver,
} from '@lastgood/domain';
import { hasPage } from './outbox/lane.ts';
import type { OutboxRow, StoreWorld } from './world.ts';

/** One row for each place the route names, and for each that follows the incident. */
export function insertNotifications(
  world: StoreWorld,
  notifications: readonly Notification[],
  { route, now, callerNow }: { route: Route; now: number; callerNow: number },
): void {
  const before = [...world.outbox];
  for (const notification of notifications.flatMap(withPartlyOver))
    for (const { insteadOf, partOf, stands, ...destination } of withFollowers(
      before,
      notification,
      route(notification),
    )) {
      const heldMs = Math.max(0, (destination.notBefore ?? callerNow) - callerNow);
      const told = {
        ...notification,
        ...(insteadOf ? { insteadOf: { ...insteadOf, since: null } } : {}),
        ...(partOf ? { partOf } : {}),
        ...(notification.kind === 'partly_over' ? { stands } : {}),
      };
      insertRow(world, told, destination, now, heldMs);
    }
}

/** `insteadOf`: in whose stead the place was told what it follows. */
type Told = Destination & {
  insteadOf?: InsteadOf | undefined;
  partOf?: Notification['partOf'];
  stands?: Notification['stands'];
};

function withFollowers(
  before: readonly OutboxRow[],
  notification: Notification,
  routed: readonly Destination[],
): Told[] {
  const incident = before.filter(
    (row) => row.incident === deliveryLane(notification) && row.status !== 'failed',
  );
  const atPlaces = Map.groupBy(incident, ({ notifier, to }) => JSON.stringify([notifier, to]));
  const following = [...atPlaces.values()]
    .filter((told) =>
      isFollowing(
        told.map((row) => row.notification),
        notification,
      ),
    )
    .flatMap((told) => {
      const last = told.findLast((row) =>
        isFollowing([row.notification], { ...notification, ends: undefined }),
      );
      if (!last) return [];
      const { insteadOf, partOf } = last.notification;
      const isWaiting = told.some((row) => row.status === 'pending' && row.notification.partOf);
      if (partOf && !isWaiting) return [];
      const stands = standsBeside(
        told.map((row) => row.notification),
        notification,
      );
      return [{ notifier: last.notifier, to: last.to, fallback: last.fallback, insteadOf, partOf, stands }];
    });
  const follows = (place: Place) => following.some((one) => isSamePlace(one, place));
  return [
    ...routed.map((one) => (follows(one) ? { ...one, notBefore: null } : one)),
    ...following
      .filter((place) => !routed.some((one) => isSamePlace(one, place)))
      .map((place) => ({ ...place, notBefore: null })),
  ];
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
function stored({ routes: _asked, ends, ...told }: Notification): Notification {
  return told.kind === 'partly_over' ? { ...told, ends } : told;
}

/** Whether it comes behind what quiet hours hold back at a place, and no page takes that along. */
function waitsBehindHeld(world: StoreWorld, notification: Notification, place: Place, now: number): boolean {
  if (notification.urgency === 'page') return false;
  return world.outbox.some(
    (row) =>
      row.incident === deliveryLane(notification) &&
      isSamePlace(row, place) &&
      row.status === 'pending' &&
      row.attempts === 0 &&
      row.notBefore !== null &&
      row.nextAt > now &&
      !hasPage(world, row),
  );
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
  const isHeldBack = heldMs > 0 || waitsBehindHeld(world, notification, { notifier, to }, now);
  world.outbox.push({
    id: String(world.outbox.length + 1),
    ...{ notifier, to, fallback },
    notification: { ...stored(notification), ...(isHeldBack && { heldBack: true }) },
    incident: deliveryLane(notification),
    status: 'pending',
    attempts: 0,
    createdAt: now,
    nextAt: now + heldMs,
    notBefore: heldMs > 0 ? notBefore : null,
    leaseUntil: null,
    failedAt: null,
    givenUpAt: null,
    lastError: null,
    failingSince: null,
    refusedSince: null,
    fellBackAt: null,
    receipt: null,
  });
}
