import type {
  NotifyEvent,
  NotifyPlace,
  NotifyRoute,
  QuietHours,
  ServiceRoute,
} from '../service/notify-route.ts';
import {
  type Destination,
  type KnownNotifier,
  type Place,
  type Route,
  toEveryHearer,
} from './destination.ts';
import { goesByRoute, isRecord, type Notification, type NotificationKind } from './notification.ts';
import { isSamePlace, placesIn } from './places-in.ts';
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
  rollback_notice: 'notice',
  readiness_lost: 'readiness_lost',
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
 * not configured any more, or does not hear of such things, is passed over: nothing is lost for a name. What is no page is held back
 * in the quiet hours of the route that was taken.
 */
export function routeBy({ notifiers, routes }: Routing): Route {
  const toAll = toEveryHearer(notifiers);
  return (notification) => {
    if (!goesByRoute(notification)) return [];
    const reachable = hearersOf(notification, notifiers);
    const candidates = [
      ...(notification.routes ?? []),
      ...routes.filter((route) => isForService(route, notification)),
    ].filter((route) => isForEvent(route, notification));
    for (const route of candidates) {
      const destinations = destinationsOf(route, notification, reachable);
      if (destinations.length > 0) return destinations;
    }
    return toAll(notification);
  };
}

function hearersOf(notification: Notification, notifiers: readonly KnownNotifier[]): ReadonlySet<string> {
  const kind = isRecord(notification) ? 'records' : 'people';
  return new Set(notifiers.filter(({ hears }) => hears === 'both' || hears === kind).map(({ name }) => name));
}

/** A route that names no event is for what people are told. */
function isForEvent({ events }: ServiceRoute, notification: Notification): boolean {
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

/** Where its own places cannot be told any more, its fallback is. */
function destinationsOf(
  { to, fallback = [], quietHours }: ServiceRoute,
  notification: Notification,
  reachable: ReadonlySet<string>,
): Destination[] {
  const places = placesOf(to, reachable);
  const others = placesOf(fallback, reachable);
  const notBefore = quietHours ? heldUntil(quietHours, notification) : null;
  return (places.length > 0 ? places : others).map((place) => ({
    ...place,
    notBefore,
    fallback: places.length > 0 ? others.filter((other) => !isSamePlace(other, place)) : [],
  }));
}

function placesOf(places: readonly NotifyPlace[], reachable: ReadonlySet<string>): Place[] {
  return placesIn(places).filter(({ notifier }) => reachable.has(notifier));
}

function heldUntil(quietHours: QuietHours, notification: Notification): number | null {
  if (notification.urgency === 'page' || isRecord(notification)) return null;
  return quietUntil(quietHours, notification.at);
}
