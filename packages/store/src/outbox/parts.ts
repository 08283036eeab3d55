import { sameLane } from './lane.ts';

/*
 * Of several who stand in one place, who does not get a message with the others has a row of their own for it, and for what comes while that
 * waits: whoever has one is left out by the place's. Arguments are SQL names.
 */

const isPart = (part: string, row: string) =>
  `(${part}.incident = ${row}.incident and ${part}.notifier = ${row}.notifier
    and ${part}.notification -> 'partOf' = jsonb_build_object('to', ${row}.to_place))`;

const keyOf = (row: string) => `${row}.notification ->> 'key'`;

/** Who of a row's place has a row of their own for the same message. */
export const apartOf = (row: string) => `array(
  select a.to_place from outbox a where ${isPart('a', row)} and ${keyOf('a')} = ${keyOf(row)})`;

/** Who of a row's place waits for an earlier message, or was never reached by the last that arrived, as `NotReached`s in json. */
export const notReachedOf = (row: string) => `(
  select coalesce(json_agg(json_build_object('to', m.to_place, 'reason', m.last_error) order by m.to_place), '[]')
  from (select distinct on (a.to_place) a.to_place, a.last_error from outbox a
    where ${isPart('a', row)} and ${keyOf('a')} <> ${keyOf(row)}
      and (a.status = 'pending' or (a.status = 'failed' and ${keyOf('a')} = (
        select ${keyOf('d')} from outbox d where ${sameLane('d', row)} and d.status = 'delivered'
        order by d.id desc limit 1)))
    order by a.to_place, a.id) m)`;
