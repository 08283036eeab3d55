import type {
  NotifyEvent,
  NotifyPlace,
  NotifyRoute,
  QuietHours,
  ServiceRoute,
} from '../service/notify-route.ts';
import {
  type Destination,
  hearersOf,
  type KnownNotifier,
  type Place,
  type Route,
  toEveryHearer,
} from './destination.ts';
import { goesByRoute, isRecord, type Notification, type NotificationKind } from './notification.ts';
import { placesBeside, placesIn } from './places-in.ts';
import { quietUntil } from './quiet-until.ts';

/** The word of routes for what is told; null for what goes by no route, but to whoever was told before. */
export const eventOfKind: Record<NotificationKind, NotifyEvent | null> = {
  rollout_failed: 'rollout_failed',
  held_version_back: 'version_back',
  rollback_suggested: 'suggested',
  rollback_waits: 'waiting',
  rolling_back: 'rolling_back',
  rolled_back: 'rolled_back',
  rollback_failed: 'stopped',
  rollback_cancelled: 'cancelled',
  still_wrong: 'cancelled',
  rollback_notice: 'notice',
  readiness_lost: 'readiness_lost',
  drill_overdue: 'drill_overdue',
  taken_on: null,
  partly_over: null,
  incident_over: null,
  deployment_registered: 'registered',
  deployment_verified: 'verified',
  deployment_failed: 'failed',
  deployment_rolled_back: 'taken_back',
  deployment_unproven: 'unproven',
  deployment_superseded: 'superseded',
};

/** What is configured of where notifications go. */
export interface Routing {
  notifiers: readonly KnownNotifier[];
  routes: readonly NotifyRoute[];
}

/**
 * Of a service's own routes the first that is for an event is taken, in place of the configuration's for that event; else the first of the
 * configuration that is for it and for the service; else every notifier that hears of such things is told. A route whose every notifier is
 * not configured any more, or does not hear of such things, is passed over: nothing is lost for a name. A page of a route that says nothing
 * of a fallback has the places of the next route that is for it, else every notifier that hears of it. What is no page is held back in
 * the quiet hours of the route that was taken. It never throws: what came true is written, and a rollback begins, whatever is wrong with
 * where it is told; then every notifier that hears of such things is told.
 */
export function routeBy(routing: Routing): Route {
  const toAll = toEveryHearer(routing.notifiers);
  const byRoutes = routedBy(routing, toAll);
  return (notification) => {
    try {
      return byRoutes(notification);
    } catch {
      // Stored by another version in a form that is not known here.
      return toAll(notification);
    }
  };
}

function routedBy({ notifiers, routes }: Routing, toAll: Route): Route {
  return (notification) => {
    if (!goesByRoute(notification)) return [];
    const reachable = new Set(hearersOf(notification, notifiers));
    const candidates = [
      ...(notification.routes ?? []),
      ...routes.filter((route) => isForService(route, notification)),
    ].filter((route) => isForEvent(route, notification));
    const elsewhere = (after: number) => [
      ...candidates.slice(after).map(({ to }) => placesOf(to, reachable)),
      placesIn(toAll(notification)),
    ];
    for (const [index, route] of candidates.entries()) {
      const destinations = destinationsOf(route, notification, reachable, elsewhere(index + 1));
      if (destinations.length > 0) return destinations;
    }
    return toAll(notification);
  };
}

/** A route that names no event is for what people are told. */
export function isForEvent({ events }: ServiceRoute, notification: Pick<Notification, 'kind'>): boolean {
  const event = eventOfKind[notification.kind];
  return events && event !== null ? events.includes(event) : !isRecord(notification);
}

/** What was stored without facts is of a service that no route knows. */
function isForService(route: NotifyRoute, { facts }: Notification): boolean {
  return isForTeam(route, facts?.service ?? { environment: null, team: null });
}

/** Whether a route of the configuration is for a service. */
export function isForTeam(
  { environments, teams }: NotifyRoute,
  { environment, team }: { environment: string | null; team: string | null },
): boolean {
  return isAmong(environments, environment) && isAmong(teams, team);
}

function isAmong(names: readonly string[] | undefined, name: string | null): boolean {
  return names === undefined || (name !== null && names.includes(name));
}

/**
 * Where its own places cannot be told any more, its fallback is.
 *
 * @param elsewhere where else such things are told, in the order in which that is asked
 */
function destinationsOf(
  { to, fallback, quietHours }: ServiceRoute,
  notification: Notification,
  reachable: ReadonlySet<string>,
  elsewhere: readonly (readonly Place[])[],
): Destination[] {
  const own = placesOf(to, reachable);
  const named = placesOf(fallback ?? [], reachable);
  const places = own.length > 0 ? own : named;
  const isNamed = named.length > 0 || fallback?.length === 0 || notification.urgency !== 'page';
  const others = isNamed ? named : firstBeside(places, elsewhere);
  const notBefore = quietHours ? heldUntil(quietHours, notification) : null;
  return places.map((place) => ({
    ...place,
    notBefore,
    fallback: own.length > 0 ? placesBeside(others, [place]) : [],
  }));
}

/** The first of them that has places beside those that are told, without these. */
function firstBeside(told: readonly Place[], elsewhere: readonly (readonly Place[])[]): Place[] {
  return elsewhere.map((places) => placesBeside(places, told)).find((places) => places.length > 0) ?? [];
}

function placesOf(places: readonly NotifyPlace[], reachable: ReadonlySet<string>): Place[] {
  return placesIn(places).filter(({ notifier }) => reachable.has(notifier));
}

function heldUntil(quietHours: QuietHours, notification: Notification): number | null {
  if (notification.urgency === 'page' || isRecord(notification)) return null;
  return quietUntil(quietHours, notification.at);
}
