import { type NotifyRoute, peopleEvents, type ServiceRoute } from '../service/notify-route.ts';
import type { ToldService } from './about-service.ts';
import type { KnownNotifier, Place } from './destination.ts';
import { placesIn } from './places-in.ts';
import { isForTeam, type Routing } from './route.ts';

/** A place with the routes that lead there, in words: "notifications.routes.0, fallback". */
export interface TestedPlace extends Place {
  routes: string[];
}

/**
 * Every place that a route leads to, each once: of a service its own and those of the configuration that are for it, else all of the
 * configuration; and every notifier that hears of what people are told where some of that has no route.
 */
export function testedPlaces({ notifiers, routes }: Routing, service: ToldService | null): TestedPlace[] {
  const isForIt = (route: NotifyRoute) => service === null || isForTeam(route, service);
  const own = (service?.notify ?? []).map(
    (route, index) => [`notify.${index} of the service`, route] as const,
  );
  const configured = routes.flatMap((route, index) =>
    isForIt(route) ? [[`notifications.routes.${index}`, route] as const] : [],
  );
  const all = [...own, ...configured];
  const covering = all.map(([, route]) => route).filter((route) => service !== null || isForAll(route));
  const named = all.flatMap(([words, { to, fallback = [] }]) => [
    ...placesIn(to).map((place) => ({ place, words })),
    ...placesIn(fallback).map((place) => ({ place, words: `${words}, fallback` })),
  ]);
  return merged([...named, ...(coversAll(covering) ? [] : withoutRoute(notifiers))]);
}

function isForAll({ environments, teams }: NotifyRoute): boolean {
  return environments === undefined && teams === undefined;
}

function coversAll(routes: readonly ServiceRoute[]): boolean {
  return peopleEvents.every((event) => routes.some(({ events }) => events?.includes(event) ?? true));
}

function withoutRoute(notifiers: readonly KnownNotifier[]) {
  return notifiers
    .filter(({ hears }) => hears !== 'records')
    .map(({ name }) => ({ place: { notifier: name, to: null }, words: 'what no route is for' }));
}

function merged(named: readonly { place: Place; words: string }[]): TestedPlace[] {
  const byPlace = Map.groupBy(named, ({ place }) => JSON.stringify([place.notifier, place.to]));
  return [...byPlace.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first.place, routes: [...new Set(same.map(({ words }) => words))] }] : [];
  });
}
