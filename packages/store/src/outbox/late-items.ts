import { type LateItem, type OutboxChoice, type Place, placesIn, type TroubleSince } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { isPage, sameLane, toldInsteadBefore } from './lane.ts';
import { isMoot, wasMoot } from './moot.ts';
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

/**
 * That a place is in trouble is known of the place; but nothing goes elsewhere before something of its lane was tried. What is known of a lane is
 * asked once and not for each of its rows: there may be hundreds of one release.
 */
const lateText = `
  with waiting as materialized (
    select h.incident, h.notifier, h.to_place, min(h.refused_since) as refused, min(h.failing_since) as failing,
      (array_agg(h.last_error order by h.id) filter (where h.last_error is not null))[1] as reason,
      max(h.id) filter (where ${isPage('h')} and not ${isMoot('h')}) as last_page
    from outbox h where h.status = 'pending' and (h.notifier = any ($1::text[])) = $2
    group by h.incident, h.notifier, h.to_place),
  lanes as materialized (
    select w.*, (select min(f.id) from outbox f where ${sameLane('f', 'w')} and f.fell_back_at is not null) as first_fallen
    from waiting w)
  select o.id, o.notifier, o.to_place as "to", o.notification, o.fallback, told.instead, since.refused, coalesce(since.failing, o.next_at) as failing, lane.reason
  from outbox o join lanes lane on ${sameLane('lane', 'o')} left join outbox_places t on ${isPlaceOf('t', 'o')},
  lateral (
    select least(lane.refused, t.refused_since) as refused, least(lane.failing, t.failing_since) as failing) since,
  lateral (select case when lane.first_fallen < o.id then ${toldInsteadBefore('o')} end as instead) told
  where o.status = 'pending' and o.fell_back_at is null and not ${isMoot('o')} and not ${wasMoot('o')}
    and (${isPage('o')} or o.fallback <> '[]'::jsonb or told.instead <> '[]'::jsonb)
    and case when $2 then lane.failing is not null and (since.refused <= $3 or since.failing <= $4)
      else o.next_at <= clock_timestamp() - $6::float8 * interval '1 ms' end
    and (lane.last_page >= o.id or ((o.not_before is null or o.not_before <= $5) and told.instead is not null))
  order by o.id limit 200`;
