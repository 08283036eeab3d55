import { isPage, sameLane } from './lane.ts';
import { isPassedOver } from './moot.ts';

/*
 * Which row of a lane is sent next. The current one is the last that was tried, else the first: what stands before it was passed, and is not
 * tried again unless the current one is given up. What is passed over for a page that is moot is as if it were not there. All arguments are SQL names.
 */

const isDue = (row: string) => `${row}.next_at <= clock_timestamp() + interval '1 ms'`;

/** Whether there is such a row that waits in the lane of another one, and is not passed over. */
const some = (row: string, of: string, such: string) =>
  `exists (select from outbox ${row} where ${sameLane(row, of)} and ${row}.status = 'pending' and ${such} and not ${isPassedOver(row)})`;

/** It is a page, or one waits for it. */
export const hasPage = (row: string) =>
  `(${isPage(row)} or ${some('p', row, `p.id > ${row}.id and ${isPage('p')}`)})`;

/** Refused three times, tried in vain five times, or not to be tried for half a minute. */
const isStuck = (row: string) => `(${row}.failed_at is not null
  and (${row}.attempts >= case when ${row}.refused_since is null then 5 else 3 end or ${row}.next_at > clock_timestamp() + interval '30 s'))`;

/** Held back and not tried yet, and a page comes behind it: whoever is woken is told in order. */
const isReleased = `(o.attempts = 0 and o.not_before is not null
  and ${some('p', 'o', `p.id > o.id and ${isPage('p')}`)})`;

/** It is stuck, or stands where something is, and was not tried since a page behind it is due: it is tried once more before that passes. */
const isPulled = `(o.failed_at is not null and ${some('s', 'o', `s.id <= o.id and ${isStuck('s')}`)}
  and ${some('p', 'o', `p.id > o.id and ${isPage('p')} and ${isDue('p')} and p.next_at > o.failed_at`)})`;

/** It follows the current one, which is stuck and was tried since a page is due that is this one or waits for it. */
const isPassing = `(not ${some('u', 'o', 'u.id < o.id and u.attempts = 0')}
  and ${some('s', 'o', `s.id < o.id and ${isStuck('s')}`)}
  and ${some(
    'p',
    'o',
    `p.id >= o.id and ${isPage('p')} and ${isDue('p')}
    and ${some('e', 'p', 'e.id < o.id and e.failed_at >= p.next_at')}`,
  )})`;

/**
 * Whether it is the turn of a row "o" of the outbox, of which nothing in its lane is under a lease. A first one that was not tried though a later one
 * was became visible late: it is sent as well.
 */
export const isTurn = `case
  when ${isPassedOver('o')} then false
  when o.attempts > 0 then (${isDue('o')} or ${isPulled}) and not ${some('q', 'o', 'q.id > o.id and q.attempts > 0')}
  when ${some('e', 'o', 'e.id < o.id')} then ${isPassing}
  else ${isDue('o')} or ${isReleased} end`;

/** What a row has passed, as `PassedItem`s in json. */
export const passesOf = (row: string) => `(
  select coalesce(json_agg(json_build_object('id', e.id::text, 'notification', e.notification, 'reason', e.last_error,
    'isTried', e.attempts > 0, 'failingSince', floor(extract(epoch from e.failing_since) * 1000)) order by e.id), '[]')
  from outbox e where ${sameLane('e', row)} and e.status = 'pending' and e.id < ${row}.id
    and (e.attempts > 0 or ${isPassedOver('e')}))`;

/** Whether what passed a row that was just taken is given up. */
export const wasPassed = (row: string) => `(${row}.attempts > 1 and exists (
  select from outbox l where ${sameLane('l', row)} and l.id > ${row}.id and l.status = 'failed'))`;
