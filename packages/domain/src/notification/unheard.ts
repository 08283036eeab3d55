import { type NotifyEvent, peopleEvents } from '../service/notify-route.ts';
import type { ToldService } from './about-service.ts';
import type { Place } from './destination.ts';
import { pagingKinds } from './notification.ts';
import { placesIn } from './places-in.ts';
import { eventOfKind, type Routing, routeBy } from './route.ts';
import { messageOfKind } from './told-places.ts';

export interface Unheard {
  /** What of a service's pages reaches nobody, in the order of `peopleEvents`. */
  events: NotifyEvent[];
  /** Where they go, each once; empty where nobody is there to be told. */
  places: Place[];
}

/**
 * The pages of a service that reach nobody: where they go, and who is told in place of that, cannot be told.
 *
 * @param cannotBeTold whether it is known of a place that nothing arrives there
 */
export function unheardPages(
  routing: Routing,
  service: ToldService,
  cannotBeTold: (place: Place) => boolean,
): Unheard {
  const route = routeBy(routing);
  const lost = pagingKinds
    .flatMap((kind) => {
      const event = eventOfKind[kind];
      if (event === null) return [];
      const told = route(messageOfKind(kind, service));
      return [{ event, places: told.flatMap(({ fallback, ...place }) => [place, ...fallback]) }];
    })
    .filter(({ places }) => places.every(cannotBeTold));
  return {
    events: peopleEvents.filter((event) => lost.some((one) => one.event === event)),
    places: placesIn(lost.flatMap((one) => one.places)),
  };
}
