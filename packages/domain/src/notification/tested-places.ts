import {
  type NotifyEvent,
  type NotifyRoute,
  peopleEvents,
  recordEvents,
  type ServiceRoute,
} from '../service/notify-route.ts';
import type { KnownNotifier, Place } from './destination.ts';
import { pagingKinds } from './notification.ts';
import { placesIn } from './places-in.ts';
import { eventOfKind, type Routing } from './route.ts';

/** A place with the routes that lead there, in words: "notifications.routes.0, fallback". */
export interface TestedPlace extends Place {
  routes: string[];
  /** No route leads anything there that people are told, so that no sample of it goes there. Absent where one does. */
  onlyRecords?: true;
  /** No route leads a page there, so that no sample of it is one. Absent where one does. */
  noPages?: true;
}

/** A place by what leads there; there may be others. */
interface NamedPlace {
  place: Place;
  words: string;
  isForRecords: boolean;
  isForPages: boolean;
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
    const carried = {
      isForRecords: events?.every((event) => recordWords.has(event)) ?? false,
      isForPages: events?.some((event) => pageWords.has(event)) ?? true,
    };
    return [
      ...placesIn(to).map((place) => ({ place, words, ...carried })),
      ...placesIn(fallback).map((place) => ({ place, words: `${words}, fallback`, ...carried })),
    ];
  });
  return mergedPlaces([...named, ...withoutRoute(notifiers, leftOver(routes.filter(isForAll)))]);
}

const recordWords: ReadonlySet<string> = new Set(recordEvents);
const pageWords: ReadonlySet<string | null> = new Set(pagingKinds.map((kind) => eventOfKind[kind]));

function isForAll({ environments, teams }: NotifyRoute): boolean {
  return environments === undefined && teams === undefined;
}

/** What people are told by none of these routes. */
function leftOver(routes: readonly ServiceRoute[]): NotifyEvent[] {
  return peopleEvents.filter((event) => !routes.some(({ events }) => events?.includes(event) ?? true));
}

function withoutRoute(notifiers: readonly KnownNotifier[], events: readonly NotifyEvent[]): NamedPlace[] {
  if (events.length === 0) return [];
  const carried = { isForRecords: false, isForPages: events.some((event) => pageWords.has(event)) };
  return notifiers
    .filter(({ hears }) => hears !== 'records')
    .map(({ name }) => ({ place: { notifier: name, to: null }, words: byDefault, ...carried }));
}

/** Each place once, with all that leads there. */
export function mergedPlaces(named: readonly NamedPlace[]): TestedPlace[] {
  const byPlace = Map.groupBy(named, ({ place }) => JSON.stringify([place.notifier, place.to]));
  return [...byPlace.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const onlyRecords = same.every(({ isForRecords }) => isForRecords);
    const noPages = !onlyRecords && !same.some(({ isForPages }) => isForPages);
    const routes = [...new Set(same.map(({ words }) => words))];
    return [{ ...first.place, routes, ...(onlyRecords && { onlyRecords }), ...(noPages && { noPages }) }];
  });
}
