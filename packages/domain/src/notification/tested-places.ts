import { type NotifyRoute, peopleEvents, recordEvents, type ServiceRoute } from '../service/notify-route.ts';
import type { KnownNotifier, Place } from './destination.ts';
import { placesIn } from './places-in.ts';
import type { Routing } from './route.ts';

/** A place with the routes that lead there, in words: "notifications.routes.0, fallback". */
export interface TestedPlace extends Place {
  routes: string[];
  /** No route leads anything there that people are told, so that no sample of it goes there. Absent where one does. */
  onlyRecords?: true;
}

/** A place by what leads there; there may be others. */
interface NamedPlace {
  place: Place;
  words: string;
  isForRecords: boolean;
}

/** In the place of a route, where none is for something. */
export const byDefault = 'what no route is for';

/**
 * Every place that a route of the configuration leads to, each once; and every notifier that hears of what people are told where some of
 * that has no route for every service. Of one service see `reachedPlaces`.
 */
export function testedPlaces({ notifiers, routes }: Routing): TestedPlace[] {
  const all = routes.map((route, index) => [`notifications.routes.${index}`, route] as const);
  const named = all.flatMap(([words, { to, fallback = [], events }]) => {
    const isForRecords = events?.every((event) => recordWords.has(event)) ?? false;
    return [
      ...placesIn(to).map((place) => ({ place, words, isForRecords })),
      ...placesIn(fallback).map((place) => ({ place, words: `${words}, fallback`, isForRecords })),
    ];
  });
  return mergedPlaces([...named, ...(coversAll(routes.filter(isForAll)) ? [] : withoutRoute(notifiers))]);
}

const recordWords: ReadonlySet<string> = new Set(recordEvents);

function isForAll({ environments, teams }: NotifyRoute): boolean {
  return environments === undefined && teams === undefined;
}

function coversAll(routes: readonly ServiceRoute[]): boolean {
  return peopleEvents.every((event) => routes.some(({ events }) => events?.includes(event) ?? true));
}

function withoutRoute(notifiers: readonly KnownNotifier[]) {
  return notifiers
    .filter(({ hears }) => hears !== 'records')
    .map(({ name }) => ({ place: { notifier: name, to: null }, words: byDefault, isForRecords: false }));
}

/** Each place once, with all that leads there. */
export function mergedPlaces(named: readonly NamedPlace[]): TestedPlace[] {
  const byPlace = Map.groupBy(named, ({ place }) => JSON.stringify([place.notifier, place.to]));
  return [...byPlace.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const onlyRecords = same.every(({ isForRecords }) => isForRecords);
    const routes = [...new Set(same.map(({ words }) => words))];
    return [{ ...first.place, routes, ...(onlyRecords && { onlyRecords }) }];
  });
}
