import type pg from 'pg';
import { databaseNow, onlyRow, type Sql, sqlOf } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';

/** Which life of which database this is. */
export interface IncarnationState {
  uuid: string;
  number: number;
  /** True when this look began a new life: every lease was voided. */
  raised: boolean;
}

/** The server that answers: control file, timeline, database, start of its process. */
type Identity = [system: string, timeline: number, database: number, startedAt: string];

/**
 * A restored backup rewinds epochs, so a replica that still holds a lease of the original could pass the fence of the
 * copy. The row travels inside the backup; the server's identity does not, or at least not the start of its process:
 * a backup started from its files has everything else of the original. Where they differ a new incarnation begins: its
 * number stands in the upper bits of every epoch, all leases end, and nothing an older life handed out fits. A mere
 * restart begins one too; it costs the runs in hand one more claim.
 */
export async function checkIncarnation(pool: pg.Pool): Promise<IncarnationState> {
  return inTransaction(pool, check);
}

/**
 * Looks at every new connection of a pool before anybody uses it: when the database's address leads elsewhere, the next
 * write of a run in hand may come before the session has connected again and looked.
 */
export function createIncarnationGuard(): (client: pg.ClientBase) => Promise<void> {
  let known: string | null = null;
  return async (client) => {
    const sql = sqlOf(client);
    const live = (await liveIdentity(sql)).join();
    if (known !== null && known !== live) {
      await sql('begin');
      await check(sql);
      await sql('commit');
    }
    known = live;
  };
}

async function check(sql: Sql): Promise<IncarnationState> {
  const live = await liveIdentity(sql);
  const born = await sql<{ uuid: string }>(
    `insert into incarnation (id, uuid, number, system_identifier, timeline, database_oid, server_started_at)
     values (1, gen_random_uuid(), 1, $1, $2, $3, $4) on conflict (id) do nothing returning uuid`,
    live,
  );
  if (born.rows[0]) return { uuid: born.rows[0].uuid, number: 1, raised: false };
  const stored = await sql<{ uuid: string; number: number; moved: boolean; restarted: boolean }>(
    `select uuid, number, (system_identifier, timeline, database_oid) is distinct from ($1::text, $2::int, $3::bigint)
       as moved, server_started_at is distinct from $4::timestamptz as restarted
     from incarnation where id = 1 for update`,
    live,
  );
  const { uuid, number, moved, restarted } = onlyRow(stored);
  return moved || restarted ? raise(sql, live, moved) : { uuid, number, raised: false };
}

async function liveIdentity(sql: Sql): Promise<Identity> {
  const found = await sql<{ system: string; timeline: number; database: number; started: string }>(
    `select (select system_identifier::text from pg_control_system()) as system,
       (select timeline_id from pg_control_checkpoint()) as timeline,
       (select oid::bigint from pg_database where datname = current_database()) as database,
       pg_postmaster_start_time()::text as started`,
  );
  const { system, timeline, database, started } = onlyRow(found);
  return [system, timeline, database, started];
}

async function raise(sql: Sql, live: Identity, moved: boolean): Promise<IncarnationState> {
  const raised = await sql<{ uuid: string; number: number }>(
    `update incarnation set uuid = gen_random_uuid(), number = number + 1, system_identifier = $1, timeline = $2,
       database_oid = $3, server_started_at = $4, since = clock_timestamp()
     where id = 1 returning uuid, number`,
    live,
  );
  const { uuid, number } = onlyRow(raised);
  await sql(
    `update runs set epoch = greatest(epoch, $1::bigint << 32), lease_holder = null, lease_until = null,
       leased_at = null
     where status = any (array['queued', 'running']) or lease_holder is not null`,
    [number],
  );
  await sql('update outbox set lease_holder = null, lease_until = null where lease_until is not null');
  await sql(`update idempotency_keys set locked_until = ${databaseNow} where finished_at is null`);
  await sql('delete from replicas');
  // Transaction numbers of another server say nothing here, and may be larger than any this one has reached.
  if (moved) await sql("update events set xid = '0' where xid <> '0'");
  return { uuid, number, raised: true };
}
