import type pg from 'pg';
import { sqlStateOf } from '../connection/outage.ts';
import { sqlOf } from '../connection/pool.ts';

/** Names the tables that somebody keeps from being written, and who; null when that is not what the error is about. */
export async function whoLocks(
  client: pg.ClientBase,
  error: unknown,
  tables: readonly string[],
): Promise<string | null> {
  if (sqlStateOf(error) !== '55P03') return null;
  try {
    const found = await sqlOf(client)<{ table: string; pid: number; program: string | null }>(
      `select distinct c.relname as table, l.pid, nullif(a.application_name, '') as program
       from pg_locks l join pg_class c on c.oid = l.relation left join pg_stat_activity a on a.pid = l.pid
       where l.granted and l.pid <> pg_backend_pid() and c.relname = any ($1)
         and l.database = (select oid from pg_database where datname = current_database())
         and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
       order by 1 limit 3`,
      [tables],
    );
    const locks = found.rows.map(
      ({ table, pid, program }) =>
        `table ${table} is locked by process ${pid}${program ? ` (${program})` : ''}`,
    );
    return locks.length > 0 ? locks.join(', ') : null;
  } catch {
    return null; // The lock itself is told all the same, without who holds it.
  }
}
