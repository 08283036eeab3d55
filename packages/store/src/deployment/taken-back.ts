import { rollbackId } from './last-known-good.ts';

/** Whether a row of deployments is a rollback at work: it has begun to change what serves, and is neither done nor stopped. As SQL. */
export function isAtWork(alias: string): string {
  return `(${alias}.watch_closed_at is null and ${alias}.origin = 'rollback' and ${alias}.status = 'in_progress')`;
}

/** Whether a rollback is at work on the deployment of this id (`Watched.isTakenBack`), as SQL. */
export function isTakenBackNow(deploymentId: string): string {
  return `${deploymentId} in (select r.previous_deployment_id from deployments r where ${isAtWork('r')})`;
}

/**
 * When a row of deployments was read last, as SQL: until the next of its service took its place; one that a rollback took back, until
 * the last rollback of it was done or had stopped. Null while it is read.
 */
export function readUntil(alias: string): string {
  return `(select case when n.origin = 'rollback' and n.previous_deployment_id = ${alias}.id then ${rollbackEnd(alias)}
      else n.started_at end
    from deployments n where n.service_key = ${alias}.service_key and n.release > ${alias}.release
    order by n.release limit 1)`;
}

/** A newer deployment ends it too, though its run may go on for a while. */
function rollbackEnd(alias: string): string {
  return `(select case when not ${isAtWork('r')} then least(r.watch_closed_at, coalesce(r.completed_at,
      (select m.finished_at from run_members m where m.service_key = r.service_key and r.id = ${rollbackId('m')}))) end
    from deployments r where ${isRollbackOf('r', alias)} order by r.release desc limit 1)`;
}

/** Whether a row of deployments is a rollback of another one, as SQL. */
export function isRollbackOf(rollback: string, alias: string): string {
  return `(${rollback}.service_key = ${alias}.service_key and ${rollback}.release > ${alias}.release
    and ${rollback}.origin = 'rollback' and ${rollback}.previous_deployment_id = ${alias}.id)`;
}
