import type { ArrivedMessage, Notification, StandingChoice, StandingIncident } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';
import { sameLane } from './lane.ts';

/** Of an incident of which more was told, its newest: what stands is said by the last of them. */
const mostMessages = 30;

interface ToldRow {
  incident: string;
  to: string | null;
  notification: unknown;
  agoMs: number;
}

/** See `Outbox.standing`. */
export async function standing(
  sql: Sql,
  { notifier, withinMs, endedWithinMs, limit }: StandingChoice,
): Promise<StandingIncident[]> {
  const asked = [notifier, withinMs, endedWithinMs, limit, mostMessages];
  const { rows } = await sql<ToldRow>(standingText, asked, 'prepared');
  const incidents = Map.groupBy(rows, ({ incident, to }) => JSON.stringify([incident, to]));
  return [...incidents.values()].flatMap((told) => {
    const [first] = told;
    return first ? [{ incident: first.incident, to: first.to, told: told.map(toArrived) }] : [];
  });
}

function toArrived({ notification, agoMs }: ToldRow): ArrivedMessage {
  return { notification: fromJson<Notification>(notification), agoMs };
}

const arrivedWithin = (row: string, ms: string) =>
  `${row}.delivered_at > clock_timestamp() - ${ms}::float8 * interval '1 ms'`;

const standingText = `
  with latest as (
    select distinct on (o.incident, o.to_place) o.id, o.incident, o.notifier, o.to_place, o.receipt, o.delivered_at
    from outbox o
    where o.notifier = $1 and o.status = 'delivered' and ${arrivedWithin('o', '$2')}
      and o.incident is not null and o.receipt is not null
    order by o.incident, o.to_place, o.id desc),
  standing as (
    select * from latest l where l.receipt <> '{}'::jsonb or ${arrivedWithin('l', '$3')}
    order by l.delivered_at desc, l.id desc limit $4)
  select s.incident, s.to_place as "to", t.notification,
    extract(epoch from clock_timestamp() - t.delivered_at)::float8 * 1000 as "agoMs"
  from standing s cross join lateral (
    select o.id, o.notification, o.delivered_at from outbox o
    where ${sameLane('o', 's')} and o.status = 'delivered' order by o.id desc limit $5) t
  order by s.delivered_at, s.id, t.id`;
