import { changingKinds, type Overtaking } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';

/**
 * What has come to a service that a stopped run has not finished with: the newest run that was queued or taken up again after
 * it and has changed it, else the newest deployment that is newer than the one it takes back. A rollback's own deployment is
 * the work of a run, and none. Null when nothing has come, or when it has not stopped.
 */
export async function overtakenBy(sql: Sql, id: string): Promise<Overtaking | null> {
  const run = await newerRun(sql, id);
  return run ? { kind: 'run', id: run } : newerRelease(sql, id);
}

async function newerRun(sql: Sql, id: string): Promise<string | undefined> {
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
  return found.rows[0]?.id;
}

async function newerRelease(sql: Sql, id: string): Promise<Overtaking | null> {
  const found = await sql<{ service: string; release: number }>(
    `select newer.service_key as service, newer.release from runs this
     join run_members own on own.run_id = this.id and own.status <> 'done'
     join deployments d on d.id = own.deployment_id
     join deployments newer on newer.service_key = d.service_key and newer.release > d.release
       and newer.origin <> 'rollback'
     where this.id = $1 and this.status = 'stopped'
     order by own.lane, newer.release desc limit 1`,
    [id],
  );
  const row = found.rows[0];
  return row ? { kind: 'release', service: row.service, release: row.release } : null;
}
