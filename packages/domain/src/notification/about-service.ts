import type { ServiceRoute } from '../service/notify-route.ts';
import type { Service } from '../service/service.ts';
import type { NotificationFacts } from './facts.ts';
import type { Notification } from './notification.ts';

/** What of a service is told, and who is told of it. */
export interface ToldService extends Pick<Service, 'name' | 'environment' | 'team'> {
  notify: readonly ServiceRoute[];
}

/** What a notification has of its service and of what it is about, and the service's own routes. */
export type About = Pick<Notification, 'facts' | 'routes'>;

/** @param known what is not said in it is not known, and nothing follows by itself */
export function aboutService(
  { name, environment, team, notify }: ToldService,
  known: Partial<Omit<NotificationFacts, 'service'>> = {},
): About {
  const facts = {
    service: { name, environment, team },
    ...{ from: null, to: null, versions: null, trigger: null, next: null, plan: [], durationMs: null },
    ...known,
  };
  return { facts, routes: notify };
}
