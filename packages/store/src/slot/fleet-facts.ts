import {
  brakedOverMs,
  type CountedRollback,
  type FleetFacts,
  mostCounted,
  type ServiceKey,
} from '@lastgood/domain';
import { instant, onlyRow, type Sql } from '../connection/pool.ts';

/** What brakes are applied to. Where any service has tripped, nobody else decides about the fleet until this transaction ends. */
export async function fleetFacts(
  sql: Sql,
  slot: number,
  tripped: readonly ServiceKey[],
): Promise<FleetFacts> {
  if (tripped.length === 0) return { automaticInLastHour: 0, trippedInSlot: 0 };
  await sql('select id from fleet for update');
  const facts = await sql<{ automatic: number; tripped: number }>(
    `select (select count(*) ${automaticMembers('$2')}) as automatic,
       (select count(*) from trips where slot = $1 and service_key <> all($3::text[])) as tripped`,
    [instant(slot), instant(slot - brakedOverMs), tripped],
    'prepared',
  );
  const { automatic, tripped: others } = onlyRow(facts);
  return { automaticInLastHour: automatic, trippedInSlot: others, ...(await named(sql, slot, tripped)) };
}

/** Which these are, the first of them: so that a decision that they hold back can say so later. */
async function named(sql: Sql, slot: number, tripped: readonly ServiceKey[]) {
  const counted = await sql<CountedRollback>(
    `select r.id as "runId", m.service_key as service, r.created_at as at ${automaticMembers('$1')}
     order by r.created_at desc, r.id, m.service_key limit $2`,
    [instant(slot - brakedOverMs), mostCounted],
    'prepared',
  );
  const others = await sql<{ service: string }>(
    `select service_key as service from trips where slot = $1 and service_key <> all($2::text[])
     order by service_key limit $3`,
    [instant(slot), tripped, mostCounted],
    'prepared',
  );
  return { counted: counted.rows, trippedServices: others.rows.map(({ service }) => service) };
}

/** As SQL, with its run as `r`, each service that was taken back by itself since; a group counts all of its own. */
export function automaticMembers(since: string): string {
  return `from runs r join run_members m on m.run_id = r.id
    where r.requester_kind = 'automatic' and r.status <> 'cancelled' and r.created_at > ${since}`;
}
