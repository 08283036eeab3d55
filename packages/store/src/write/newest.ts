/*
 * The newest release of a service is the one that stands for it: the last one registered or seen, without those that failed before
 * anything of them was there. An older server left older ones so marked.
 */

/** So many that failed one after the other before anything of them was there are looked past. */
export const mostLookedPast = 50;

/** Whether it is, as SQL over a row of deployments. */
export function isNewest(alias: string): string {
  return `(${alias}.newest and not exists (select from deployments later
    where later.service_key = ${alias}.service_key and later.release > ${alias}.release and later.newest))`;
}

/** As SQL over the deployments of `service`: those that may be it, the newest first. */
export function newestOf(service: string): string {
  return `service_key = ${service} and newest order by release desc limit 1`;
}

/** Whether a release of `service` that is no rollback has begun since `instant`, and did not fail before anything of it was there, as SQL. */
export function hasComeSince(service: string, instant: string): string {
  return `exists (select from deployments came where came.service_key = ${service} and came.started_at > ${instant}
    and came.origin <> 'rollback' and came.release <= (select release from deployments where ${newestOf(service)}))`;
}
