import { type Destination, incidentOf, type Notification, type Route } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant } from '../connection/pool.ts';
import type { Batch } from './batch.ts';
import { bulkWrite, type Columns } from './insert.ts';

/** One row for each place the route names; the same key is never sent twice to one place. `now`: the caller's clock. */
export function writeNotifications(
  batch: Batch,
  notifications: readonly Notification[],
  route: Route,
  now: number,
): void {
  const rows = notifications.flatMap((notification) =>
    route(notification).map((destination) => ({ ...destination, notification })),
  );
  bulkWrite(batch, { table: 'outbox', columns: outboxColumns(now), rows, ending: onceAtAPlace });
}

/** What is sent to further places besides, whatever routes say. */
export function writeToPlaces(
  batch: Batch,
  notification: Notification,
  places: readonly Destination[],
  now: number,
): void {
  const rows = places.map((destination): OutboxRow => ({ ...destination, notification }));
  bulkWrite(batch, { table: 'outbox', columns: outboxColumns(now), rows, ending: onceAtAPlace });
}

export const onceAtAPlace = 'on conflict (key, notifier) do nothing';

/**
 * A row's key: the notification's own, and the place behind a line break where it is not the notifier's own. Versions that know of no
 * places write the same one. Arguments are SQL.
 */
export function rowKey(key: string, to: string): string {
  return `${key} || coalesce(E'\\n' || ${to}, '')`;
}

type OutboxRow = Destination & { notification: Notification };

/** A declaration's routes were asked where it goes, and are nobody else's. */
function stored({ routes: _asked, ...told }: Notification): Notification {
  return told;
}

/** Quiet hours that last longer are a mistake. */
const longestHoldMs = 7 * 86_400_000;

function outboxColumns(now: number): Columns<OutboxRow> {
  const heldMs = ({ notBefore }: OutboxRow) =>
    notBefore !== null && notBefore > now ? Math.min(notBefore - now, longestHoldMs) : 0;
  return {
    key: {
      type: 'text',
      of: ({ notification }) => notification.key,
      as: (given) => rowKey(given, 'given.to_place'),
    },
    notifier: { type: 'text', of: ({ notifier }) => notifier },
    to_place: { type: 'text', of: ({ to }) => to },
    incident: { type: 'text', of: ({ notification }) => incidentOf(notification) },
    notification: { type: 'jsonb', of: ({ notification }) => toJson(stored(notification)) },
    next_at: {
      type: 'float8',
      of: heldMs,
      as: (given) => `${databaseNow} + ${given} * interval '1 ms'`,
    },
    not_before: { type: 'timestamptz', of: (row) => (heldMs(row) > 0 ? instant(now + heldMs(row)) : null) },
    fallback: { type: 'jsonb', of: ({ fallback }) => toJson(fallback) },
  };
}
