import type { NotifyPlace } from '../service/notify-route.ts';
import type { Place } from './destination.ts';

/** The places as they are sent to, each once. */
export function placesIn(places: readonly (NotifyPlace | Place)[]): Place[] {
  const known = places.map(({ notifier, to = null }) => ({ notifier, to }));
  return known.filter((place, index) => known.findIndex((one) => isSamePlace(one, place)) === index);
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.notifier === other.notifier && one.to === other.to;
}

/** Those of the places that are not among others. */
export function placesBeside(places: readonly Place[], others: readonly Place[]): Place[] {
  return places.filter((place) => !others.some((other) => isSamePlace(place, other)));
}
