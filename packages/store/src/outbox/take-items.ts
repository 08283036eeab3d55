import {
  type NotReached,
  type OutboxChoice,
  type OutboxItem,
  type PassedItem,
  type Place,
  placesIn,
  type Receipt,
} from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { isLeaseOver } from '../connection/lease-over.ts';
import type { Sql } from '../connection/pool.ts';
import { sameLane, toldInsteadBefore } from './lane.ts';
import { passedOverText, wasMoot } from './moot.ts';
import { apartOf, notReachedOf } from './parts.ts';
import { hasPage, isTurn, passesOf, wasPassed } from './passing.ts';
import { isPlaceOf } from './place.ts';

type TakenRow = Omit<
  OutboxItem,
  'id' | 'notification' | 'fallback' | 'follows' | 'earlier' | 'passes' | 'notReached'
> & {
  id: number;
  notification: unknown;
  fallback: unknown;
  /** Of what follows a message that was told elsewhere: where. */
  instead: unknown;
  earlier: unknown;
  passes: unknown;
  notReached: unknown;
};

/** Takes of each lane the one whose turn it is, under a lease; where many wait, those first by which a page waits. */
export async function takeItems(
  sql: Sql,
  { replica, limit, leaseMs }: { replica: string; limit: number; leaseMs: number },
  choice: OutboxChoice,
): Promise<OutboxItem[]> {
  const names = 'notifier' in choice ? [choice.notifier] : choice.noneOf;
  const waitedMs = 'notifier' in choice ? 0 : (choice.waitedMs ?? 0);
  const asked = [replica, limit, leaseMs, names, 'notifier' in choice, waitedMs];
  const taken = await sql<TakenRow>(takeText, asked, 'prepared');
  return taken.rows.toSorted((a, b) => a.id - b.id).map(toItem);
}

function toItem({ instead, ...row }: TakenRow): OutboxItem {
  const own = fromJson<Place[]>(row.fallback);
  const fallback = instead === null ? own : placesIn([...own, ...fromJson<Place[]>(instead)]);
  return {
    ...row,
    id: String(row.id),
    notification: fromJson(row.notification),
    fallback,
    follows: instead !== null && fallback.length > 0,
    earlier: fromJson<Receipt | null>(row.earlier),
    passes: fromJson<PassedItem[]>(row.passes),
    notReached: fromJson<NotReached[]>(row.notReached),
  };
}

/**
 * Two senders never hold two rows of a lane, though ids may become visible out of order: each locks every row of the lane that it sees,
 * and takes the one whose turn it is only when it got them all and none was leased meanwhile. Of two that meet, the one that sees more sees what the
 * other sees, so they meet at a row; SKIP LOCKED sends one of them away.
 */
export const takeText = `
  with ${passedOverText((row) => `(${row}.notifier = any ($4::text[])) = $5`)},
  heads as (
    select o.id, o.notifier, o.to_place, o.incident, o.attempts from outbox o
    where o.status = 'pending' and (o.notifier = any ($4::text[])) = $5 and ${isLeaseOver}
      and ($5 or o.next_at <= clock_timestamp() - $6::float8 * interval '1 ms')
      and case when ${isTurn} then
        not exists (select from outbox e where ${sameLane('e', 'o')} and e.status = 'pending' and not ${isLeaseOver}) end
    order by ${hasPage('o')} desc, o.next_at, o.id limit $2),
  locked as (
    select p.id, p.attempts from outbox p
    where p.status = 'pending' and ${isLeaseOver}
      and (p.id in (select id from heads)
        or p.id in (select q.id from heads h join outbox q on ${sameLane('q', 'h')} and q.status = 'pending'))
    for no key update of p skip locked),
  due as (
    select l.id from locked l join heads h on h.id = l.id
    where l.attempts = h.attempts and not exists (select from heads g where ${sameLane('g', 'h')} and g.id > h.id)
      and not exists (select from outbox q where ${sameLane('q', 'h')} and q.status = 'pending'
        and not exists (select from locked x where x.id = q.id)))
  update outbox o set lease_holder = $1, lease_until = clock_timestamp() + $3 * interval '1 ms',
    attempts = attempts + 1
  from due where o.id = due.id
  returning o.id, ${apartOf('o')} as apart, ${notReachedOf('o')} as "notReached", o.notifier, o.to_place as "to", o.notification, o.attempts, o.fallback,
    o.not_before as "notBefore", o.failing_since as "failingSince", o.refused_since as "refusedSince",
    o.fell_back_at as "fellBackAt", ${passesOf('o')} as passes, ${wasPassed('o')} as "wasPassed", ${wasMoot('o')} as "isMoot",
    (select t.refused_since from outbox_places t where ${isPlaceOf('t', 'o')}) as "placeRefusedSince",
    case when o.fell_back_at is null then ${toldInsteadBefore('o')} end as instead,
    (select d.receipt from outbox d where ${sameLane('d', 'o')} and d.status = 'delivered'
       and d.receipt is not null order by d.id desc limit 1) as earlier`;
