/** Id of the deployment that a member's rollback is, as `rollbackDeploymentId` makes it, as SQL over a row of run_members. */
export function rollbackId(member: string): string {
  return `${member}.run_id || case ${member}.lane when 0 then '' else '.' || ${member}.lane end || '-rollback'`;
}

/**
 * The release before which a target is looked for, as SQL over the deployment with `service` and `release`: its own, but for
 * a rollback that of what it returned to, because going back from a rollback means going further back.
 */
export function furtherBack(service: string, release: string): string {
  return `(with recursive back as (
      select id, origin, release from deployments where service_key = ${service} and release = ${release}
      union all
      select t.id, t.origin, t.release from back
        join run_members m on back.origin = 'rollback' and m.service_key = ${service}
          and back.id = ${rollbackId('m')}
        join deployments t on t.id = m.target_deployment_id)
    select coalesce(min(release), ${release}) from back)`;
}
