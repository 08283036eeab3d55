import {
  askingKinds,
  type Notification,
  type OverRelease,
  type ServedRelease,
  toldOfServed,
} from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';

const kinds = askingKinds.map((kind) => `'${kind}'`).join(', ');

/** Whether a person was asked for a release, though that may be over. @param id SQL for that of the release */
export const wasAskedFor = (id: string) =>
  `exists (select from outbox o where o.incident = 'deployment/' || ${id} and o.notification ->> 'kind' in (${kinds}))`;

/**
 * What is told as a release is seen to serve, of each before it that a person was asked for: whether any of that stands still is decided as
 * it is written. However many releases came between: one that was registered only replaced nothing.
 */
export async function servedNotifications(sql: Sql, served: ServedRelease): Promise<Notification[]> {
  const { release, butFor } = served;
  const asked = await sql<OverRelease>(
    `select d.id, d.service_key as service, d.release, d.version, d.commit, d.origin from deployments d
     where d.service_key = $1 and d.id <> all ($3::text[])
       and d.release < (select release from deployments where id = $2) and ${wasAskedFor('d.id')}
     order by d.release`,
    [release.service, release.id, butFor],
  );
  return toldOfServed(asked.rows, served);
}
