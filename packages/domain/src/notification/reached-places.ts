import type { NotifyRoute, ServiceRoute } from '../service/notify-route.ts';
import type { ToldService } from './about-service.ts';
import type { Place } from './destination.ts';
import { isRecord, pagingKinds, peopleKinds, recordKinds } from './notification.ts';
import { isSamePlace, placesIn } from './places-in.ts';
import { isForEvent, isForTeam, type Routing, routeBy } from './route.ts';
import { byDefault, mergedPlaces, type TestedPlace } from './tested-places.ts';
import { messageOfKind } from './told-places.ts';

/**
 * Every place where something of a service goes, and who is told in its stead where its route names them, each once; and what a route of
 * it names that is not configured any more. What another route takes in its place is not there, though it is for the service.
 */
export function reachedPlaces(routing: Routing, service: ToldService): TestedPlace[] {
  const labelled = [
    ...service.notify.map((route, index) => ({ words: `notify.${index} of the service`, route })),
    ...routing.routes.flatMap((route: NotifyRoute, index) =>
      isForTeam(route, service) ? [{ words: `notifications.routes.${index}`, route }] : [],
    ),
  ];
  const known = new Set(routing.notifiers.map(({ name }) => name));
  const route = routeBy(routing);
  return mergedPlaces(
    [...peopleKinds, ...recordKinds].flatMap((kind) => {
      const destinations = route(messageOfKind(kind, service));
      const candidates = labelled.filter((one) => isForEvent(one.route, { kind }));
      const isTaken = (one: Labelled) => destinations.some((place) => names(one.route, place));
      const taken = candidates.findIndex(isTaken);
      const carried = {
        isForRecords: isRecord({ kind }),
        isForPages: (pagingKinds as readonly string[]).includes(kind),
      };
      return [
        // Those before it were passed over for what they name.
        ...candidates.slice(0, taken < 0 ? undefined : taken + 1).flatMap((one) => goneOf(one, known)),
        ...destinations.flatMap(({ fallback, ...place }) => told(place, fallback, candidates[taken])),
      ].map((named) => ({ ...named, ...carried }));
    }),
  );
}

interface Labelled {
  words: string;
  route: ServiceRoute;
}

type Named = Omit<Parameters<typeof mergedPlaces>[0][number], 'isForRecords' | 'isForPages'>;

/** @param others who is told in its stead; whom the route does not name itself is left out */
function told(place: Place, others: readonly Place[], taken: Labelled | undefined): Named[] {
  const { notifier, to } = place;
  if (!taken) return [{ place: { notifier, to }, words: byDefault }];
  const { words, route } = taken;
  const fallback = placesIn(route.fallback ?? []);
  const isFirst = placesIn(route.to).some((one) => isSamePlace(one, place));
  return [
    { place: { notifier, to }, words: isFirst ? words : `${words}, fallback` },
    ...fallback
      .filter((one) => others.some((other) => isSamePlace(one, other)))
      .map((one) => ({ place: one, words: `${words}, fallback` })),
  ];
}

function goneOf({ words, route }: Labelled, known: ReadonlySet<string>): Named[] {
  const isGone = ({ notifier }: Place) => !known.has(notifier);
  return [
    ...placesIn(route.to).map((place) => ({ place, words })),
    ...placesIn(route.fallback ?? []).map((place) => ({ place, words: `${words}, fallback` })),
  ].filter(({ place }) => isGone(place));
}

function names({ to, fallback = [] }: ServiceRoute, place: Place): boolean {
  return placesIn([...to, ...fallback]).some((one) => isSamePlace(one, place));
}
