import type pg from 'pg';
import { databaseNow, onlyRow, type Sql, sqlOf } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';

/** First half of the advisory lock; the second is the replica's own number. */
export const presenceClass = 4_600_003;

/**
 * Takes the replica's presence lock on a connection of its own; it lasts as long as that connection. The lock is taken
 * before the row is written: a peer that sees the row and gets the lock knows that the replica is dead.
 */
export async function takePresence(client: pg.ClientBase, replica: string): Promise<void> {
  const sql = sqlOf(client);
  const next = await sql<{ number: number }>(
    "select nextval(pg_get_serial_sequence('replicas', 'lock_no'))::int as number",
  );
  const { number } = onlyRow(next);
  await sql('select pg_advisory_lock($1, $2)', [presenceClass, number]);
  await sql(
    `insert into replicas (id, lock_no) values ($1, $2)
     on conflict (id) do update set lock_no = excluded.lock_no, started_at = clock_timestamp()`,
    [replica, number],
  );
}

/** Ends the leases of replicas whose presence lock is free; returns their ids. */
export async function expireDead(pool: pg.Pool, self: string): Promise<string[]> {
  // Asked several times a second by every replica: a look costs one statement as long as nobody has died.
  const looked = await sqlOf(pool)<{ dead: boolean }>(
    'select exists (select from replicas where id <> $1 and pg_try_advisory_xact_lock($2, lock_no)) as dead',
    [self, presenceClass],
    'prepared',
  );
  if (!onlyRow(looked).dead) return [];
  return inTransaction(pool, async (sql) => {
    const dead = await sql<{ id: string }>(
      `delete from replicas where id in (
         select id from replicas where id <> $1 and pg_try_advisory_xact_lock($2, lock_no))
       returning id`,
      [self, presenceClass],
    );
    const ids = dead.rows.map((row) => row.id);
    if (ids.length > 0) await expireLeases(sql, ids);
    return ids;
  });
}

async function expireLeases(sql: Sql, holders: string[]): Promise<void> {
  await sql(
    `update runs set lease_until = ${databaseNow} where lease_holder = any($1) and lease_until > clock_timestamp()`,
    [holders],
  );
  await sql(
    `update outbox set lease_until = ${databaseNow} where lease_holder = any($1) and lease_until > clock_timestamp()`,
    [holders],
  );
  await sql(
    `update idempotency_keys set locked_until = ${databaseNow}
     where holder = any($1) and finished_at is null and locked_until > clock_timestamp()`,
    [holders],
  );
}
