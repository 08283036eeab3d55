import type { Service, TestedPlace } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import type { FastifyBaseLogger } from 'fastify';
import { configuredPlaces, mostPlaces, placesOf, probeReceivers } from './probe-receivers.ts';
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
 * Asks about every place that a route names, tells the board, which forgets all others, and logs what has changed with the setting's path; and
 * what a service's routes name that is not there.
 */
export function createReceiverWatch({ receivers, services, clock, log }: WatchReceiversDependencies) {
  const { notifiers } = receivers;
  const lookAtRoutes = storedRoutesWatch(receivers, log);
  const inTurn = turns(mostPlaces);
  return async (signal: AbortSignal): Promise<void> => {
    const declared = await services();
    lookAtRoutes(declared);
    if (!notifiers.some(({ probe }) => probe !== undefined)) return;
    const reached = declared.flatMap((service) =>
      placesOf(receivers, service).map((place) => ({
        ...place,
        routes: place.routes.map((route) => `${route}${isOwn(route) ? ` ${service.key}` : ''}`),
      })),
    );
    const places = eachOnce([...configuredPlaces(receivers), ...reached]);
    receivers.board.keepOnly(places);
    await probeReceivers({ receivers, clock, withinMs }, inTurn(places), signal, (place, fault) => {
      const { notifier, to } = place;
      if (fault === null) return log.info({ notifier, to }, 'a notifier can be told again');
      const { path, reason, advice } = fault;
      log.warn({ notifier, to, path, reason, advice }, 'a notifier cannot be told as it is set up');
    });
  };
}

/** Where there are more than are asked about in one go, all have their turn. */
function turns(most: number) {
  let next = 0;
  return <Place>(places: readonly Place[]): Place[] => {
    const from = next < places.length ? next : 0;
    next = from + most;
    return places.slice(from, next);
  };
}

function isOwn(route: string): boolean {
  return route.startsWith('notify.');
}

/** With all that leads there. */
function eachOnce(places: readonly TestedPlace[]): TestedPlace[] {
  const same = Map.groupBy(places, ({ notifier, to }) => JSON.stringify([notifier, to]));
  return [...same.values()].flatMap(([first, ...more]) =>
    first ? [{ ...first, routes: [first, ...more].flatMap(({ routes }) => routes) }] : [],
  );
}
