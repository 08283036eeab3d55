import type { PassedRelease } from '@lastgood/domain';
import { rollbackId } from './last-known-good.ts';

/** A release that lies between, as `passedReleases` gives it: `started_at` as JSON has an instant. */
export type PassedRow = Omit<PassedRelease, 'startedAt'> & { startedAt: string };

/**
 * The releases of `service` after one and before another as one JSON array of `PassedRow`, as SQL. Without their workloads, which
 * are large. What fired on a rollback is told by the decisions about it: a wanted rollback is stored whenever it is news.
 * One before it was done is about what its steps had left half-way.
 */
export function passedReleases(service: string, after: string, before: string): string {
  return `(select coalesce(json_agg(json_build_object('id', p.id, 'release', p.release, 'version', p.version,
      'origin', p.origin, 'status', p.status, 'proof', p.proof, 'startedAt', p.started_at, 'returned', ${returned('p')},
      'changes', ${otherChanges('p')})
      order by p.release), '[]'::json)
    from deployments p where p.service_key = ${service} and p.release > ${after} and p.release < ${before})`;
}

function otherChanges(alias: string): string {
  return `(select coalesce(json_agg(json_build_object('kind', c.kind, 'target', c.target, 'before', c.before, 'after', c.after)
      order by c.ordinal), '[]'::json)
    from deployment_changes c where c.deployment_id = ${alias}.id and c.kind <> 'workload')`;
}

function returned(alias: string): string {
  return `(select json_build_object('targetId', m.target_deployment_id, 'verdict', m.verdict, 'breached',
      (select c.trigger from decisions c where c.deployment_id = ${alias}.id and c.wanted = 'roll_back'
        and c.slot >= ${alias}.completed_at
        order by c.slot limit 1))
    from run_members m
    where ${alias}.origin = 'rollback' and m.service_key = ${alias}.service_key and ${alias}.id = ${rollbackId('m')})`;
}

export function toPassed(row: PassedRow): PassedRelease {
  return { ...row, startedAt: Date.parse(row.startedAt) };
}
