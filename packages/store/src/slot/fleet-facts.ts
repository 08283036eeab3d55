import { brakedOverMs, type FleetFacts } from '@lastgood/domain';
import { instant, onlyRow, type Sql } from '../connection/pool.ts';

/** What brakes are applied to. With `lock`, nobody else decides about the fleet until this transaction ends. */
export async function fleetFacts(sql: Sql, slot: number, lock: boolean): Promise<FleetFacts> {
  if (!lock) return { automaticInLastHour: 0, trippedInSlot: 0 };
  await sql('select id from fleet for update');
  const facts = await sql<{ automatic: number; tripped: number }>(
    `select
       (select count(*) from runs
        where requester_kind = 'automatic' and status <> 'cancelled' and created_at > $2) as automatic,
       (select count(*) from trips where slot = $1) as tripped`,
    [instant(slot), instant(slot - brakedOverMs)],
  );
  const { automatic, tripped } = onlyRow(facts);
  return { automaticInLastHour: automatic, trippedInSlot: tripped };
}
