import type { ServiceRoute } from '../service/notify-route.ts';
import { isTimezone } from './quiet-until.ts';

export interface RouteFault {
  /** Where it stands in the list of routes: `['0', 'to', '1', 'notifier']`. */
  at: string[];
  found: string;
  expected: string;
}

/** As many names are listed. */
const mostNames = 20;

/** What of routes names something that is not there. @param notifiers the names of those that are configured */
export function routeFaults(routes: readonly ServiceRoute[], notifiers: readonly string[]): RouteFault[] {
  return routes.flatMap(({ to, fallback = [], quietHours }, index) => [
    ...unknownNames(to, [String(index), 'to'], notifiers),
    ...unknownNames(fallback, [String(index), 'fallback'], notifiers),
    ...(quietHours === undefined || isTimezone(quietHours.timezone)
      ? []
      : [
          {
            at: [String(index), 'quietHours', 'timezone'],
            found: `"${quietHours.timezone}"`,
            expected: 'a timezone by its IANA name, such as Europe/Berlin',
          },
        ]),
  ]);
}

function unknownNames(
  places: ServiceRoute['to'],
  at: readonly string[],
  notifiers: readonly string[],
): RouteFault[] {
  const listed = notifiers.slice(0, mostNames).join(', ') || 'there is none';
  return places.flatMap(({ notifier }, index) =>
    notifiers.includes(notifier)
      ? []
      : [
          {
            at: [...at, String(index), 'notifier'],
            found: `"${notifier}"`,
            expected: `a notifier of this configuration: ${listed}`,
          },
        ],
  );
}
