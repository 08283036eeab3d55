import type { Session } from './session.ts';

/**
 * Sessions of the application's roles in this database. Those of Lastgood bear its name and do not count, though it may migrate
 * with the same role.
 */
export async function countSessions(session: Session, roles: readonly string[]): Promise<number> {
  const { rows } = await session.query<{ count: string }>(
    `select count(*) from pg_stat_activity where datname = current_database() and usename = any($1::text[])
       and application_name <> 'lastgood' and application_name not like 'lastgood %'`,
    [roles],
  );
  return Number(rows[0]?.count ?? Number.NaN);
}

/**
 * The operation that somebody of Lastgood works for here, also one whose process has ended and whose work goes on. Everybody
 * may see names of sessions: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 */
export async function runningOperation(session: Session): Promise<string | null> {
  const { rows } = await session.query<{ operation: string }>(
    `select substr(application_name, 10) as operation from pg_stat_activity
     where datname = current_database() and application_name like 'lastgood %' and pid <> pg_backend_pid()
     order by backend_start limit 1`,
  );
  return rows[0]?.operation ?? null;
}
