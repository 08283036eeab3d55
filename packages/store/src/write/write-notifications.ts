import {
  askingKinds,
  type Destination,
  deliveryLane,
  endingKinds,
  type FollowedBy,
  followedBy,
  type Notification,
  type Route,
  withPartlyOver,
} from '@lastgood/domain';
import { arrayLiteral } from '../connection/array-literal.ts';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant } from '../connection/pool.ts';
import { isPage, sameLane } from '../outbox/lane.ts';
import { isMoot } from '../outbox/moot.ts';
import type { Batch } from './batch.ts';

/**
 * One row for each place the route names, and for each that follows the incident (`isFollowing`), which quiet hours hold nothing back
 * from; the same key is never sent twice to one place. `now`: the caller's clock.
 */
export function writeNotifications(
  batch: Batch,
  notifications: readonly Notification[],
  route: Route,
  now: number,
): void {
  const rows = notifications.flatMap(withPartlyOver).map((notification) => ({
    notification,
    places: route(notification),
    followedBy: followedBy(notification),
  }));
  writeRows(batch, rows, now);
}

/** What is sent to further places besides, whatever routes say, and to nobody else. */
export function writeToPlaces(
  batch: Batch,
  notification: Notification,
  places: readonly Destination[],
  now: number,
): void {
  if (places.length > 0) writeRows(batch, [{ notification, places, followedBy: 'nothing' }], now);
}

interface Sent {
  notification: Notification;
  places: readonly Destination[];
  followedBy: FollowedBy;
}

function writeRows(batch: Batch, rows: readonly Sent[], now: number): void {
  if (rows.length === 0) return;
  const array = (type: string, of: (row: Sent) => unknown) =>
    `${batch.add(arrayLiteral(rows.map(of)))}::${type}[]`;
  batch.write(
    writeText(batch, {
      incidents: array('text', ({ notification }) => deliveryLane(notification)),
      notifications: array('jsonb', ({ notification }) => toJson(stored(notification))),
      places: array('jsonb', ({ places }) => toJson(places.map((one, nr) => given(one, nr, now)))),
      followedBy: array('text', (row) => row.followedBy),
      ends: array('jsonb', ({ notification }) => toJson(notification.ends)),
    }),
  );
}

function writeText(
  { add, when }: Batch,
  sent: Record<'incidents' | 'notifications' | 'places' | 'followedBy' | 'ends', string>,
): string {
  return `
    insert into outbox (key, notifier, to_place, incident, notification, next_at, not_before, fallback)
    select ${rowKey("n.notification ->> 'key'", 'd.to_place')}, d.notifier, d.to_place, n.incident,
      n.notification
        || case when d.instead is null then '{}' else jsonb_build_object('insteadOf', d.instead || '{"since": null}') end
        || case when d.part_of is null then '{}' else jsonb_build_object('partOf', d.part_of) end
        || case when d.stands is null then '{}' else jsonb_build_object('stands', d.stands) end
        || case when d.not_before is not null or (${waitsBehindHeld}) then '{"heldBack": true}'::jsonb else '{}' end,
      ${databaseNow} + d.held_ms * interval '1 ms', d.not_before, d.fallback
    from unnest(${sent.incidents}, ${sent.notifications}, ${sent.places}, ${sent.followedBy},
      ${sent.ends})
      with ordinality as n(incident, notification, places, followed_by, ends, ordinal)
    cross join lateral (
      select min(nr) as nr, notifier, to_place, case when bool_or(follows) then 0 else max(held_ms) end as held_ms,
        case when bool_or(follows) then null else max(not_before) end as not_before,
        (array_agg(fallback order by follows))[1] as fallback, (array_agg(instead order by follows))[1] as instead,
        (array_agg(part_of order by follows))[1] as part_of, (array_agg(stands order by follows desc))[1] as stands
      from (
        select r.nr, r.notifier, r."to" as to_place, r."heldMs" as held_ms, r."notBefore" as not_before,
          r.fallback, false as follows, null::jsonb as instead, null::jsonb as part_of, null::jsonb as stands
        from jsonb_to_recordset(n.places)
          as r(nr int, notifier text, "to" text, "heldMs" float8, "notBefore" timestamptz, fallback jsonb)
        union all
        select null, f.notifier, f.to_place, 0, null, f.fallback, true, f.instead, f.part_of, f.stands from (${followersText(add)}) f) told
      group by notifier, to_place) d
    where ${when} order by n.ordinal, d.nr, d.notifier ${onceAtAPlace}`;
}

/** Whether what a place `d` is told of `n` comes behind what quiet hours hold back there, and no page takes that along. */
const waitsBehindHeld = `not ${isPage('n')} and exists (select from outbox h
  where h.incident = n.incident and h.notifier = d.notifier and h.to_place is not distinct from d.to_place
    and h.status = 'pending' and h.attempts = 0 and h.not_before is not null and h.next_at > ${databaseNow} and not ${isPage('h')}
    and not exists (select from outbox p where ${sameLane('p', 'h')} and p.status = 'pending' and p.id > h.id
      and ${isPage('p')} and not ${isMoot('p')}))`;

/**
 * The places that follow the incident of `n`, as `isFollowing` says, with the fallback of what they follow it for, and in whose stead they were
 * told that. Who has a row of their own only because it did not reach them with the others of a place hears on with those, once nothing waits.
 */
function followersText(add: Batch['add']): string {
  const kind = "t.notification ->> 'kind'";
  const partOf = "t.notification -> 'partOf'";
  const asks = `${kind} = any (${add(askingKinds)}::text[])`;
  const isOpen = `(t.id > t.ended and (${isPage('t')} or (n.followed_by = 'ask' and ${asks})))`;
  const stands = `t.id > t.ended and ${asks} and not t.is_over`;
  const last = (value: string) => `(array_agg(${value} order by t.id desc) filter (where ${isOpen}))[1]`;
  return `
    select t.notifier, t.to_place, ${last('t.fallback')} as fallback, ${last("t.notification -> 'insteadOf'")} as instead,
      ${last(partOf)} as part_of, case when n.notification ->> 'kind' = 'partly_over'
        then jsonb_agg(distinct ${kind}) filter (where ${stands} and not n.ends ? (${kind})) end as stands
    from (
      select t.*, coalesce(max(t.id) filter (where ${kind} = any (${add(endingKinds)}::text[]))
        over (partition by t.notifier, t.to_place), 0) as ended,
        exists (select from outbox p where p.incident = t.incident and p.notifier = t.notifier
          and p.to_place is not distinct from t.to_place and p.id > t.id and p.status <> 'failed'
          and p.notification ->> 'kind' = 'partly_over' and p.notification -> 'ends' ? (${kind})) as is_over
      from outbox t where n.followed_by <> 'nothing' and t.incident = n.incident and t.status <> 'failed') t
    group by t.notifier, t.to_place
    having bool_or(${isOpen})
      and (n.ends is null or (bool_or(${stands} and n.ends ? (${kind}))
        and case n.notification ->> 'kind' when 'incident_over' then not bool_or(${stands} and not n.ends ? (${kind}))
          when 'partly_over' then bool_or(${stands} and not n.ends ? (${kind})) else true end))
      and (${last(partOf)} is null or bool_or(t.status = 'pending' and ${partOf} is not null))`;
}

const onceAtAPlace = 'on conflict (key, notifier) do nothing';

/**
 * A row's key: the notification's own, and the place behind a line break where it is not the notifier's own. Versions that know of no
 * places write the same one. Arguments are SQL.
 */
function rowKey(key: string, to: string): string {
  return `${key} || coalesce(E'\\n' || ${to}, '')`;
}

/** A declaration's routes were asked where it goes, and are nobody else's. */
function stored({ routes: _asked, ends, ...told }: Notification): Notification {
  return told.kind === 'partly_over' ? { ...told, ends } : told;
}

/** Quiet hours that last longer are a mistake. */
const longestHoldMs = 7 * 86_400_000;

/** A place as the statement reads it. */
function given({ notifier, to, notBefore, fallback }: Destination, nr: number, now: number) {
  const heldMs = notBefore !== null && notBefore > now ? Math.min(notBefore - now, longestHoldMs) : 0;
  return { nr, notifier, to, fallback, heldMs, notBefore: heldMs > 0 ? instant(now + heldMs) : null };
}
