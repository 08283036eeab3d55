/** Whether a row of deployments is a rollback at work: it has begun to change what serves, and is neither done nor stopped. As SQL. */
export function isAtWork(alias: string): string {
  return `(${alias}.watch_closed_at is null and ${alias}.origin = 'rollback' and ${alias}.status = 'in_progress')`;
}

/** Whether a rollback is at work on the deployment of this id (`Watched.isTakenBack`), as SQL; null for not that it knows. */
export function isTakenBackNow(deploymentId: string): string {
  return `${deploymentId} in (select r.previous_deployment_id from deployments r where ${isAtWork('r')})`;
}
