import { type LateItem, type OutboxChoice, type Place, placesIn, type TroubleSince } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { isPage, sameLane, toldInsteadBefore } from './lane.ts';
import { isPlaceOf } from './place.ts';

interface LateRow extends Place {
  id: number;
  notification: unknown;
  fallback: unknown;
  instead: unknown;
  refused: number | null;
  failing: number | null;
  reason: string | null;
}

/** See `Outbox.late`. */
export async function lateItems(
  sql: Sql,
  choice: OutboxChoice,
  { failing, refused }: TroubleSince,
  at: number,
): Promise<LateItem[]> {
  const names = 'notifier' in choice ? [choice.notifier] : choice.noneOf;
  const waitedMs = 'notifier' in choice ? 0 : (choice.waitedMs ?? 0);
  const asked = [names, 'notifier' in choice, instant(refused), instant(failing), instant(at), waitedMs];
  const found = await sql<LateRow>(lateText, asked, 'prepared');
  return found.rows.map(({ id, notifier, to, reason, ...row }) => {
    const isRefused = row.refused !== null && row.refused <= refused;
    return {
      ...{ id: String(id), notifier, to },
      notification: fromJson(row.notification),
      fallback: placesIn([
        ...fromJson<Place[]>(row.fallback),
        ...(row.instead === null ? [] : fromJson<Place[]>(row.instead)),
      ]),
      trouble: { since: (isRefused ? row.refused : row.failing) ?? at, refused: isRefused, reason },
    };
  });
}

/** That a place is in trouble is known of the place; but nothing goes elsewhere before something of its lane was tried. */
const lateText = `
  select o.id, o.notifier, o.to_place as "to", o.notification, o.fallback, told.instead, since.refused, coalesce(since.failing, o.next_at) as failing, lane.reason
  from outbox o left join outbox_places t on ${isPlaceOf('t', 'o')}, lateral (
    select min(h.refused_since) as refused, min(h.failing_since) as failing,
      (array_agg(h.last_error order by h.id) filter (where h.last_error is not null))[1] as reason
    from outbox h where ${sameLane('h', 'o')} and h.status = 'pending') lane,
  lateral (
    select least(lane.refused, t.refused_since) as refused, least(lane.failing, t.failing_since) as failing) since,
  lateral (select ${toldInsteadBefore('o')} as instead) told
  where o.status = 'pending' and (o.notifier = any ($1::text[])) = $2
    and o.fell_back_at is null and (${isPage('o')} or o.fallback <> '[]'::jsonb or told.instead <> '[]'::jsonb)
    and case when $2 then lane.failing is not null and (since.refused <= $3 or since.failing <= $4)
      else o.next_at <= clock_timestamp() - $6::float8 * interval '1 ms' end
    and (exists (select from outbox p where ${sameLane('p', 'o')} and p.status = 'pending' and p.id >= o.id
        and ${isPage('p')})
      or ((o.not_before is null or o.not_before <= $5) and told.instead is not null))
  order by o.id limit 200`;
