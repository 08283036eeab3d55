/** The statuses of a run, or of its record for one service, that is under way. As its indexes spell it. */
export const isUnderWay = `status = any (array['queued', 'running'])`;

/** The run that rolls a service back now, as its own or in a group, as SQL; null when none does. There is at most one. */
export function activeRunOf(service: string): string {
  return `(select run_id from run_members where service_key = ${service} and ${isUnderWay})`;
}

/** When a service's last rollback attempt ended, or was asked for while it goes on, as SQL; null without one. */
export function lastAttemptOf(service: string): string {
  return `(select max(greatest(r.created_at, m.finished_at)) ${attemptsOf(service)})`;
}

/** That and its run, as a subquery with `at` and `run_id`, of one row or none. */
export function lastAttemptWithRunOf(service: string): string {
  return `(select greatest(r.created_at, m.finished_at) as at, r.id as run_id ${attemptsOf(service)}
    order by 1 desc, r.id limit 1)`;
}

function attemptsOf(service: string): string {
  return `from run_members m join runs r on r.id = m.run_id
    where m.service_key = ${service} and (m.status <> 'cancelled' or r.stop_asked is not null)`;
}
