import type pg from 'pg';
import { databaseNow, type Sql } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';

/** Which life of which database this is. */
export interface IncarnationState {
  uuid: string;
  number: number;
  /** True when this look began a new life: every lease was voided. */
  raised: boolean;
}

/**
 * A restored backup rewinds epochs, so a replica that still holds a lease of the original could pass the fence of the
 * copy. The row travels inside the backup; the server's identity does not. Where they differ a new incarnation begins:
 * its number stands in the upper bits of every epoch, all leases end, and nothing an older life handed out fits.
 */
export async function checkIncarnation(pool: pg.Pool): Promise<IncarnationState> {
  return inTransaction(pool, async (sql) => {
    const live = await liveIdentity(sql);
    const born = await sql(
      `insert into incarnation (id, uuid, number, system_identifier, timeline, database_oid)
       values (1, gen_random_uuid(), 1, $1, $2, $3) on conflict (id) do nothing returning uuid`,
      live,
    );
    if (born.rows[0]) return { uuid: born.rows[0].uuid, number: 1, raised: false };
    const stored = await sql(
      `select uuid, number, (system_identifier, timeline, database_oid) is distinct from ($1::text, $2::int, $3::bigint)
         as moved
       from incarnation where id = 1 for update`,
      live,
    );
    const { uuid, number, moved } = stored.rows[0];
    return moved ? raise(sql, live) : { uuid, number, raised: false };
  });
}

async function liveIdentity(sql: Sql): Promise<[string, number, number]> {
  const found = await sql(
    `select (select system_identifier::text from pg_control_system()) as system,
       (select timeline_id from pg_control_checkpoint()) as timeline,
       (select oid::bigint from pg_database where datname = current_database()) as database`,
  );
  const { system, timeline, database } = found.rows[0];
  return [system, timeline, database];
}

async function raise(sql: Sql, live: [string, number, number]): Promise<IncarnationState> {
  const raised = await sql(
    `update incarnation set uuid = gen_random_uuid(), number = number + 1, system_identifier = $1, timeline = $2,
       database_oid = $3, since = clock_timestamp()
     where id = 1 returning uuid, number`,
    live,
  );
  const { uuid, number } = raised.rows[0];
  await sql(
    `update runs set epoch = greatest(epoch, $1::bigint << 32), lease_holder = null, lease_until = null,
       leased_at = null`,
    [number],
  );
  await sql('update outbox set lease_holder = null, lease_until = null where lease_until is not null');
  await sql(`update idempotency_keys set locked_until = ${databaseNow} where finished_at is null`);
  await sql('delete from replicas');
  // Transaction numbers of another server say nothing here, and may be larger than any this one has reached.
  await sql("update events set xid = '0' where xid <> '0'");
  return { uuid, number, raised: true };
}
