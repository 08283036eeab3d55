import type { OutboxChoice, TroubleSince } from '@lastgood/domain';
import { instant, onlyRow, type Sql } from '../connection/pool.ts';
import { onceAtAPlace, rowKey } from '../write/write-notifications.ts';
import { isPage, sameLane } from './lane.ts';

/**
 * See `Outbox.fallBack`. With a page falls back all that waits beside it, as well what was to be told before as how it goes on: what is
 * written later follows it there. A row that another one has locked is looked at the next time.
 */
export async function fallBack(
  sql: Sql,
  choice: OutboxChoice,
  { failing, refused }: TroubleSince,
  at: number,
): Promise<number> {
  const names = 'notifier' in choice ? [choice.notifier] : choice.noneOf;
  const asked = [names, 'notifier' in choice, instant(refused), instant(failing), instant(at)];
  return onlyRow(await sql<{ sent: number }>(fallBackText, asked, 'prepared')).sent;
}

const fallBackText = `
  with late as (
    select o.id from outbox o
    where o.status = 'pending' and (o.notifier = any ($1::text[])) = $2
      and o.fell_back_at is null and o.fallback <> '[]'::jsonb
      and exists (select from outbox h where ${sameLane('h', 'o')} and h.status = 'pending'
        and (h.refused_since <= $3 or h.failing_since <= $4))
      and exists (select from outbox p where ${sameLane('p', 'o')} and p.status = 'pending' and ${isPage('p')})
    order by o.id limit 200 for no key update skip locked),
  marked as (
    update outbox o set fell_back_at = $5 from late where o.id = late.id
    returning o.id, o.incident, o.notification, o.fallback),
  sent as (
    insert into outbox (key, notifier, to_place, incident, notification)
    select ${rowKey("m.notification ->> 'key'", 'place."to"')}, place.notifier, place."to", m.incident, m.notification
    from marked m, jsonb_to_recordset(m.fallback) as place(notifier text, "to" text)
    order by m.id ${onceAtAPlace} returning 1)
  select count(*) as sent from sent`;
