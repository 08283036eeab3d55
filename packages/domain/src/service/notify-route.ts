import { type Static, Type } from 'typebox';
import { ListOf, oneLine } from '../bounds.ts';

/*
 * Where notifications go, as a configuration and a service's declaration write it, in one form: a service's own routes leave out whose
 * they are, for they are its own.
 */

/** What people are told of, by the words of routes. A route that names none is for all of these. */
export const peopleEvents = [
  'suggested',
  'waiting',
  'rolling_back',
  'rolled_back',
  'stopped',
  'cancelled',
  'rollout_failed',
  'version_back',
  'notice',
  'readiness_lost',
  'drill_overdue',
] as const;

/** What is written beside a release elsewhere: it goes to every notifier that keeps such records, unless a route names it. */
export const recordEvents = [
  'registered',
  'verified',
  'failed',
  'taken_back',
  'unproven',
  'superseded',
] as const;

export const notifyEvents = [...peopleEvents, ...recordEvents] as const;

export type NotifyEvent = (typeof notifyEvents)[number];

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

const wordOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description });

const closed = { additionalProperties: false };

const timeOfDay = (description: string) =>
  Type.String({ maxLength: 5, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description });

/** A notifier of the configuration, and where at its receiver. */
export const notifyPlace = Type.Object(
  {
    notifier: Type.String({
      maxLength: 63,
      pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$',
      description: 'The name of a notifier in the configuration.',
    }),
    to: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        pattern: oneLine,
        description:
          'Where at its receiver, as its kind writes it: the ID of a channel, addresses, the name of a key. Default: what its settings say.',
      }),
    ),
  },
  closed,
);

export type NotifyPlace = Static<typeof notifyPlace>;

export const quietHours = Type.Object(
  {
    from: timeOfDay('When they begin, as a clock there shows it: 22:00.'),
    to: timeOfDay('When they end, on the next day where that is not later; the same as from: a day later.'),
    timezone: Type.String({
      maxLength: 63,
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
      description: 'By its IANA name: Europe/Berlin, UTC.',
    }),
    days: Type.Optional(
      ListOf(wordOf(weekdays, 'A day.'), 7, {
        minItems: 1,
        description: 'On which they begin. Default: on every day.',
      }),
    ),
  },
  { ...closed, description: 'When only pages are sent; all else is held back until they end.' },
);

export type QuietHours = Static<typeof quietHours>;

const route = {
  to: ListOf(notifyPlace, 20, { minItems: 1, description: 'Every one of them is told.' }),
  events: Type.Optional(
    ListOf(
      wordOf(notifyEvents, `${peopleEvents.join(', ')}; of releases: ${recordEvents.join(', ')}.`),
      notifyEvents.length,
      { minItems: 1, description: 'Which it is for. Default: all that people are told.' },
    ),
  ),
  quietHours: Type.Optional(quietHours),
  fallback: Type.Optional(
    ListOf(notifyPlace, 20, {
      description:
        'Who is told where a place cannot be told; none: nobody. Default for a page: the places of the next route that is for it, else every notifier that tells people.',
    }),
  ),
};

/** A route that a service declares for itself. */
export const serviceRoute = Type.Object(route, closed);

export type ServiceRoute = Static<typeof serviceRoute>;

const names = (description: string) =>
  Type.Optional(
    ListOf(Type.String({ minLength: 1, maxLength: 63, pattern: oneLine }), 50, { minItems: 1, description }),
  );

/** A route of the configuration. */
export const notifyRoute = Type.Object(
  {
    ...route,
    environments: names('Only for services of these environments. Default: of all.'),
    teams: names('Only for services of these teams. Default: of all, and of none.'),
  },
  closed,
);

export type NotifyRoute = Static<typeof notifyRoute>;
