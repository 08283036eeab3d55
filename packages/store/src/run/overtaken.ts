import {
  cameSince,
  changingKinds,
  type Deployment,
  type Overtaking,
  overtakingDeployment,
} from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { mostLookedPast, newestOf } from '../write/newest.ts';
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
    later: StoredDeployment[];
    standing: string | null;
    target: StoredDeployment;
  }>(
    `select d.release, d.version, d.origin, n.later, ${deploymentAsJson('t')} as target,
       (select id from deployments where ${newestOf('own.service_key')}) as standing
     from runs this
     join run_members own on own.run_id = this.id and own.status <> 'done'
     join deployments d on d.id = own.deployment_id
     join deployments t on t.id = own.target_deployment_id
     join lateral (select json_agg(${deploymentAsJson('l')} order by l.release desc) as later
       from (select * from deployments
         where service_key = own.service_key and release > d.release and origin <> 'rollback'
         order by release desc limit ${mostLookedPast}) l) n on n.later is not null
     where this.id = $1 and this.status = 'stopped'
     order by own.lane`,
    [id],
  );
  return overtakingDeployment(
    found.rows.map(({ release, version, origin, later, standing, target }) => ({
      takesBack: { release, version, origin },
      newest: cameSince(later.map(toStoredDeployment), standing),
      target: toStoredDeployment(target),
    })),
  );
}
