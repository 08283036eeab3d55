import type { Notification } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { createBatch } from './batch.ts';
import { writeNotifications } from './write-notifications.ts';

/** Writes what is told by itself, in the transaction that made it true. */
export async function tell(
  { route, now }: Pick<StoreContext, 'route' | 'now'>,
  sql: Sql,
  all: readonly Notification[],
): Promise<void> {
  const batch = createBatch();
  writeNotifications(batch, all, route, now());
  await batch.send(sql);
}
