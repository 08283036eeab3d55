import { changingKinds } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';

/**
 * The newest run that was queued or taken up again after a stopped one, and has changed a service that the stopped one has not
 * finished with; null when none has, or when it has not stopped.
 */
export async function overtakenBy(sql: Sql, id: string): Promise<string | null> {
  const found = await sql<{ id: string }>(
    `select newer.id from runs this
     join run_members own on own.run_id = this.id and own.status <> 'done'
     join run_members m on m.service_key = own.service_key
     join runs newer on newer.id = m.run_id and newer.number > this.number
     where this.id = $1 and this.status = 'stopped' and exists (
       select from run_steps s where s.run_id = m.run_id and s.lane = m.lane
         and s.planned->'step'->>'kind' = any ($2::text[]) and (s.status = 'applied' or s.attempts > 0))
     order by newer.number desc limit 1`,
    [id, changingKinds],
  );
  return found.rows[0]?.id ?? null;
}
