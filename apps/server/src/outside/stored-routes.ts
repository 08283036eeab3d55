import { routeFaults, type Service } from '@lastgood/domain';
import type { FastifyBaseLogger } from 'fastify';
import type { Receivers } from './receivers.ts';

/**
 * Logs once what the routes of a declared service name that is not there any more, as a timezone which this machine does not know, or a
 * notifier that was renamed: they were right when the service was declared.
 */
export function storedRoutesWatch(
  { notifiers }: Pick<Receivers, 'notifiers'>,
  log: Pick<FastifyBaseLogger, 'warn'>,
): (services: readonly Service[]) => void {
  const names = notifiers.map(({ name }) => name);
  let known: ReadonlySet<string> = new Set();
  return (services) => {
    const faults = services.flatMap(({ key, notify }) =>
      routeFaults(notify, names).map(({ at, found, expected }) => ({
        service: key,
        path: `notify.${at.join('.')}`,
        ...{ found, expected },
      })),
    );
    for (const fault of faults)
      if (!known.has(JSON.stringify(fault)))
        log.warn(fault, 'a route of a service names what is not there, and that part of it is passed over');
    known = new Set(faults.map((fault) => JSON.stringify(fault)));
  };
}
