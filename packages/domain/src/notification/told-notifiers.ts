import { aboutService, type ToldService } from './about-service.ts';
import { type Notification, type NotificationKind, peopleKinds, recordKinds } from './notification.ts';
import { type Routing, routeBy } from './route.ts';

const kinds: readonly NotificationKind[] = [...peopleKinds, ...recordKinds];

/** The notifiers that are told of a service, or would be as a fallback that is named; each once. Not who is told for want of one. */
export function toldNotifiers(routing: Routing, service: ToldService): string[] {
  const route = routeBy(routing);
  const names = kinds.flatMap((kind) =>
    route({ ...messageOfKind(kind, service), urgency: 'info' }).flatMap(({ notifier, fallback }) => [
      notifier,
      ...fallback.map((place) => place.notifier),
    ]),
  );
  return [...new Set(names)];
}

/** A message as far as it matters for where it goes. */
export function messageOfKind(kind: NotificationKind, service: ToldService): Notification {
  const about = { at: 0, service: '', deploymentId: '', runId: null, title: '', text: '' };
  return { ...about, key: '', kind, urgency: 'page', ...aboutService(service) };
}
