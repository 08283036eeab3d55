import type { NewDeployment, NewEvent } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';

/**
 * A new deployment ends the watch of every older one of its service: what they brought out no longer serves, so their
 * metrics would be judged on somebody else's behaviour. One whose watch had not ended is unproven for good.
 *
 * A rollback does the same, but the deployment it takes back is not called superseded: its watch is closed quietly and
 * the end of the run says what became of it. A deployment that arrives already closed is history written down late
 * (what served when the service was first applied) and disturbs nothing.
 */
export async function supersedeOlder(
  sql: Sql,
  added: NewDeployment & { release: number },
): Promise<NewEvent[]> {
  if (added.watchClosedAt !== null) return [];
  const takenBack = added.origin === 'rollback' ? added.previousDeploymentId : null;
  const closed = await sql(
    `update deployments
     set watch_closed_at = coalesce(watch_closed_at, $3),
         superseded_by = case when id = $5::text then null else $4::text end,
         proof = case when proof = 'pending' then 'unproven' else proof end
     where id in (
       select id from deployments
       where service_key = $1 and release < $2 and superseded_by is null
         and (watch_closed_at is null or status = 'in_progress')
       order by id for no key update)
     returning id, release`,
    [added.service, added.release, instant(added.startedAt), added.id, takenBack],
  );
  return closed.rows
    .filter((row) => row.id !== takenBack)
    .map((row) => ({
      type: 'deployment.superseded',
      at: added.startedAt,
      service: added.service,
      deploymentId: row.id,
      runId: null,
      text: `Release ${row.release} is no longer watched: release ${added.release} replaced it`,
      data: { by: added.id },
    }));
}
