import type { Service } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import type { FastifyBaseLogger } from 'fastify';
import { configuredPlaces, ownPlaces, probeReceivers } from './probe-receivers.ts';
import type { Receivers } from './receivers.ts';
import { storedRoutesWatch } from './stored-routes.ts';

export interface WatchReceiversDependencies {
  receivers: Receivers;
  services(): Promise<Service[]>;
  clock: Clock;
  log: Pick<FastifyBaseLogger, 'warn' | 'info'>;
}

const withinMs = 10_000;

/**
 * Asks about every place that a route names, tells the board, and logs what has changed with the setting's path; and what a service's
 * routes name that is not there.
 */
export function createReceiverWatch({ receivers, services, clock, log }: WatchReceiversDependencies) {
  const { notifiers } = receivers;
  const lookAtRoutes = storedRoutesWatch(receivers, log);
  return async (signal: AbortSignal): Promise<void> => {
    const declared = await services();
    lookAtRoutes(declared);
    if (!notifiers.some(({ probe }) => probe !== undefined)) return;
    const configured = configuredPlaces(receivers);
    const isNamed = (one: { notifier: string; to: string | null }) =>
      configured.some(({ notifier, to }) => notifier === one.notifier && to === one.to);
    const own = declared
      .flatMap((service) =>
        ownPlaces(receivers, service).map((place) => ({
          ...place,
          routes: place.routes.map((route) => `${route} ${service.key}`),
        })),
      )
      .filter((place) => !isNamed(place));
    const once = [
      ...new Map(own.map((place) => [JSON.stringify([place.notifier, place.to]), place])).values(),
    ];
    await probeReceivers({ receivers, clock, withinMs }, [...configured, ...once], signal, (place, fault) => {
      const { notifier, to } = place;
      if (fault === null) return log.info({ notifier, to }, 'a notifier can be told again');
      const { path, reason, advice } = fault;
      log.warn({ notifier, to, path, reason, advice }, 'a notifier cannot be told as it is set up');
    });
  };
}
