import { type NotifyRoute, peopleEvents, type ServiceRoute } from '../service/notify-route.ts';
import type { KnownNotifier, Place } from './destination.ts';
import { placesIn } from './places-in.ts';
import type { Routing } from './route.ts';

/** A place with the routes that lead there, in words: "notifications.routes.0, fallback". */
export interface TestedPlace extends Place {
  routes: string[];
}

/** In the place of a route, where none is for something. */
export const byDefault = 'what no route is for';

/**
 * Every place that a route of the configuration leads to, each once; and every notifier that hears of what people are told where some of
 * that has no route for every service. Of one service see `reachedPlaces`.
 */
export function testedPlaces({ notifiers, routes }: Routing): TestedPlace[] {
  const all = routes.map((route, index) => [`notifications.routes.${index}`, route] as const);
  const named = all.flatMap(([words, { to, fallback = [] }]) => [
    ...placesIn(to).map((place) => ({ place, words })),
    ...placesIn(fallback).map((place) => ({ place, words: `${words}, fallback` })),
  ]);
  return mergedPlaces([...named, ...(coversAll(routes.filter(isForAll)) ? [] : withoutRoute(notifiers))]);
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
    .map(({ name }) => ({ place: { notifier: name, to: null }, words: byDefault }));
}

/** Each place once, with all that leads there. */
export function mergedPlaces(named: readonly { place: Place; words: string }[]): TestedPlace[] {
  const byPlace = Map.groupBy(named, ({ place }) => JSON.stringify([place.notifier, place.to]));
  return [...byPlace.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first.place, routes: [...new Set(same.map(({ words }) => words))] }] : [];
  });
}
