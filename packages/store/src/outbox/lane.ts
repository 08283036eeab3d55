import { recordKinds } from '@lastgood/domain';

/**
 * Whether two rows of the outbox are of one lane (`deliveryLane`) and go to one place: such rows go one at a time, in order. Rows of before
 * there was an order name no lane in `incident` and wait for nobody. Arguments are SQL names.
 */
export function sameLane(one: string, other: string): string {
  return `(${one}.incident = ${other}.incident and ${one}.notifier = ${other}.notifier
    and ${one}.to_place is not distinct from ${other}.to_place)`;
}

/**
 * Who was told what comes before a row in its lane in the stead of their place: null where nobody was, an empty list where it was only said
 * that there is nobody. The argument is an SQL name.
 */
export function toldInsteadBefore(row: string): string {
  return `(select f.fallback from outbox f where ${sameLane('f', row)} and f.id < ${row}.id and f.fell_back_at is not null
    order by (f.fallback <> '[]'::jsonb) desc, f.id desc limit 1)`;
}

export function isPage(row: string): string {
  return `${row}.notification ->> 'urgency' = 'page'`;
}

/** Whether a row is no record. One of before there were kinds tells people. */
export function tellsPeople(row: string): string {
  return `((${row}.notification ->> 'kind' in (${recordKinds.map((kind) => `'${kind}'`).join(', ')})) is not true)`;
}

/** Where else the message of a row goes in nobody's stead, and was not given up, as `Place`s in json. */
export function toldOf(row: string): string {
  return `(select coalesce(json_agg(json_build_object('notifier', k.notifier, 'to', k.to_place) order by k.id), '[]') from outbox k
    where k.incident = ${row}.incident and k.id <> ${row}.id and k.status <> 'failed'
      and k.notification ->> 'key' = ${row}.notification ->> 'key' and not k.notification ?| array['partOf', 'insteadOf'])`;
}
