import { goodProofs, goodStatus } from '@lastgood/domain';

/** The rule of `isGoodTarget` as SQL over a deployment, where its columns are known by `alias`. */
export function isGood(alias: string): string {
  const proofs = goodProofs.map((proof) => `'${proof}'`).join(', ');
  return `(${alias}.status = '${goodStatus}' and ${alias}.proof = any (array[${proofs}]))`;
}

/**
 * The id of the newest good deployment that the one with `service` and `release` may be returned to, as SQL; null when there
 * is none.
 */
export function lastKnownGoodOf(service: string, release: string): string {
  return `(select g.id from deployments g
    where g.service_key = ${service} and g.release < ${furtherBack(service, release)} and ${isGood('g')}
    order by g.release desc limit 1)`;
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

/** Id of the deployment that a member's rollback is, as `rollbackDeploymentId` makes it, as SQL over a row of run_members. */
export function rollbackId(member: string): string {
  return `${member}.run_id || case ${member}.lane when 0 then '' else '.' || ${member}.lane end || '-rollback'`;
}
