import { isPlaceOf } from './place.ts';

/*
 * A message that arrived after it has passed others: in one statement it is delivered, and they are closed. Arguments are placeholders.
 */

export function arrivedText(id: string, receipt: string, overtaken: string): string {
  return `update outbox o set status = 'delivered', delivered_at = clock_timestamp(), lease_holder = null, lease_until = null,
      last_error = null, receipt = ${receipt}::jsonb
    where id = ${id} and exists (select from outbox e where e.id = any (${overtaken}::bigint[]) and e.status = 'pending')
    returning notifier, to_place, notification`;
}

export function overtakenText(overtaken: string): string {
  return `update outbox set status = 'overtaken', lease_holder = null, lease_until = null
    where id = any (${overtaken}::bigint[]) and status = 'pending' and exists (select from held)`;
}

export const placeWorksText = `delete from outbox_places t using held where ${isPlaceOf('t', 'held')}`;
