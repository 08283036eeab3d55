import { databaseNow } from '../connection/pool.ts';
import { tellsPeople } from './lane.ts';

/*
 * A place that does not take what people are told has a row in `outbox_places` from the first try that failed until something arrives, whatever
 * it is about: so it is known of what comes next, and of what waits, that the place is in trouble. Where nothing waits there any more that is
 * worth an hour: then it begins anew with the next try that fails. Records are another matter: a receiver may refuse them and take every page.
 */

/** Whether a row of `outbox_places` says how it stands with a row of the outbox: it tells people, and goes there. Arguments are SQL names. */
export function isPlaceOf(place: string, row: string): string {
  return `(${place}.notifier = ${row}.notifier and ${place}.to_place = coalesce(${row}.to_place, '') and ${tellsPeople(row)})`;
}

/** Whether nothing has waited in vain at the place of a new row of `outbox_places`, or was given up there, for an hour. */
const isForgotten = (place: string) => `not exists (select from outbox w
  where w.notifier = ${place}.notifier and coalesce(w.to_place, '') = ${place}.to_place and ${tellsPeople('w')}
    and ((w.status = 'pending' and w.failing_since is not null)
      or (w.status = 'failed' and coalesce(w.given_up_at, w.created_at) > clock_timestamp() - interval '1 hour')))`;

/** $1 id, $2 receipt. */
export const deliveredText = `
  with arrived as (
    update outbox set status = 'delivered', delivered_at = clock_timestamp(), lease_holder = null, lease_until = null,
      last_error = null, receipt = $2
    where id = $1 returning notifier, to_place, notification)
  delete from outbox_places t using arrived o where ${isPlaceOf('t', 'o')}`;

/** $1 id, $2 attempts, $3 reason, $4 when by the sender's clock, $5 whether it was refused, $6 in how many milliseconds it is tried again. */
export const failedText = `
  with tried as (
    update outbox set last_error = $3, lease_holder = null, lease_until = null,
      failing_since = coalesce(failing_since, $4),
      refused_since = case when $5 then coalesce(refused_since, $4) else refused_since end,
      failed_at = ${databaseNow}, next_at = ${databaseNow} + $6::float8 * interval '1 ms'
    where id = $1 and attempts = $2 and status = 'pending' returning notifier, to_place, notification)
  insert into outbox_places as t (notifier, to_place, failing_since, refused_since, last_error)
  select notifier, coalesce(to_place, ''), $4, case when $5 then $4 end, $3 from tried where ${tellsPeople('tried')}
  on conflict (notifier, to_place) do update
    set failing_since = case when ${isForgotten('t')} then excluded.failing_since else t.failing_since end,
      refused_since = case when ${isForgotten('t')} then excluded.refused_since else coalesce(t.refused_since, excluded.refused_since) end,
      last_error = excluded.last_error
    where t.last_error <> excluded.last_error or (t.refused_since is null and excluded.refused_since is not null)
      or ${isForgotten('t')}`;
