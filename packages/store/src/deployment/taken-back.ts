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
 * that was done or had stopped. Null while it is read.
 */
export function readUntil(alias: string): string {
  return `(select case
      when n.origin <> 'rollback' or n.previous_deployment_id is distinct from ${alias}.id then n.started_at
      when ${isAtWork('n')} then null
      else coalesce(n.completed_at, (select max(m.finished_at) from run_members m
        where m.deployment_id = ${alias}.id and m.finished_at >= n.started_at), n.started_at) end
    from deployments n where n.service_key = ${alias}.service_key and n.release > ${alias}.release
    order by n.release limit 1)`;
}
