import type { Place } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import { tellsPeople } from '../outbox/lane.ts';

/** A place that does not take what it is told. */
export interface UntoldPlace extends Place {
  /** Why it did not take the last that it was sent. */
  reason: string;
  /** It said that it never will; else nothing answered. */
  refused: boolean;
  /** Since when, epoch milliseconds. */
  since: number;
}

/** Places that refuse what people are to be told there, or for which such a thing was given up since that instant, and where none arrived after that. */
export async function loadUntoldPlaces(sql: Sql, since: number): Promise<UntoldPlace[]> {
  return (await sql<UntoldPlace>(untoldText, [instant(since)], 'prepared')).rows;
}

const untoldText = `
  select distinct on (o.notifier, o.to_place) o.notifier, o.to_place as "to", coalesce(o.last_error, '') as reason,
    o.refused_since is not null as refused,
    (extract(epoch from coalesce(o.refused_since, o.failing_since, o.created_at)) * 1000)::float8 as since
  from outbox o
  where ${tellsPeople('o')} and ((o.status = 'pending' and o.refused_since is not null)
      or (o.status = 'failed' and coalesce(o.given_up_at, o.created_at) >= $1))
    and not exists (select from outbox d where d.notifier = o.notifier and d.to_place is not distinct from o.to_place
      and ${tellsPeople('d')} and d.status = 'delivered' and d.delivered_at > coalesce(o.given_up_at, o.refused_since, o.created_at))
  order by o.notifier, o.to_place, o.id desc limit 500`;
