import { type RouteFault, routeFaults } from '@lastgood/domain';
import type { Config } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import { pathOf } from './key-path.ts';

/** Routes that name a notifier or a timezone which is not there. */
export function aboutRoutes({ notifications, notifiers }: Config): ConfigFault[] {
  const names = notifiers.map(({ name }) => name);
  return routeFaults(notifications.routes, names).map(({ at, found, expected }: RouteFault) => ({
    path: pathOf(['notifications', 'routes', ...at]),
    ...{ found, expected },
  }));
}
