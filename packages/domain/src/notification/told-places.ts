import { aboutService, type ToldService } from './about-service.ts';
import type { Place } from './destination.ts';
import { type Notification, type NotificationKind, peopleKinds, recordKinds } from './notification.ts';
import { placesIn } from './places-in.ts';
import { type Routing, routeBy } from './route.ts';

const kinds: readonly NotificationKind[] = [...peopleKinds, ...recordKinds];

/** The places that are told of a service, or would be as a fallback that is named; each once. Not who is told for want of one. */
export function toldPlaces(routing: Routing, service: ToldService): Place[] {
  const route = routeBy(routing);
  const places = kinds.flatMap((kind) =>
    route({ ...messageOfKind(kind, service), urgency: 'info' }).flatMap(({ notifier, to, fallback }) => [
      { notifier, to },
      ...fallback,
    ]),
  );
  return placesIn(places);
}

/** A message as far as it matters for where it goes. */
export function messageOfKind(kind: NotificationKind, service: ToldService): Notification {
  const about = { at: 0, service: '', deploymentId: '', runId: null, title: '', text: '' };
  return { ...about, key: '', kind, urgency: 'page', ...aboutService(service) };
}
