import { changingKinds, type Deployment, type Overtaking, overtakingDeployment } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { deploymentAsJson, type StoredDeployment, toStoredDeployment } from './load-run.ts';

/** What has come after a stopped run; null when nothing has, or when it has not stopped. */
export async function overtakenBy(sql: Sql, id: string): Promise<Overtaking | null> {
  const run = await newerRun(sql, id);
  return run ? { kind: 'run', id: run } : newerDeployment(sql, id);
}

/**
 * The newest run that was queued or taken up again after a stopped one, and has changed a service that the stopped one has not
 * finished with.
 */
async function newerRun(sql: Sql, id: string): Promise<string | null> {
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

/** Rollbacks are deployments, too, but those that count here are found by their runs. */
async function newerDeployment(sql: Sql, id: string): Promise<Overtaking | null> {
  const found = await sql<{
    release: number;
    version: string | null;
    origin: Deployment['origin'];
    newest: StoredDeployment;
    target: StoredDeployment;
  }>(
    `select d.release, d.version, d.origin, ${deploymentAsJson('n')} as newest, ${deploymentAsJson('t')} as target
     from runs this
     join run_members own on own.run_id = this.id and own.status <> 'done'
     join deployments d on d.id = own.deployment_id
     join deployments t on t.id = own.target_deployment_id
     join lateral (select * from deployments
       where service_key = own.service_key and release > d.release and origin <> 'rollback'
       order by release desc limit 1) n on true
     where this.id = $1 and this.status = 'stopped'
     order by own.lane`,
    [id],
  );
  return overtakingDeployment(
    found.rows.map(({ release, version, origin, newest, target }) => ({
      takesBack: { release, version, origin },
      newest: toStoredDeployment(newest),
      target: toStoredDeployment(target),
    })),
  );
}
