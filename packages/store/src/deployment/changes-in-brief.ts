import type { Sql } from '../connection/pool.ts';
import type { DeploymentChange } from '../generated/client.ts';

/**
 * The changes of deployments, by their ids, without the pod templates: those are most of what is stored, no list shows them, and
 * nothing is judged by them. Only who composes a plan needs them.
 */
export async function loadChangesInBrief(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, DeploymentChange[]>> {
  const found = await sql<DeploymentChange>(
    `select deployment_id as "deploymentId", ordinal, kind, target,
       case when before ? 'template' then before || '{"template": {}}' else before end as before,
       case when after ? 'template' then after || '{"template": {}}' else after end as after
     from deployment_changes where deployment_id = any($1::text[]) order by ordinal`,
    [ids],
  );
  return Map.groupBy(found.rows, (row) => row.deploymentId);
}
