import type { PassedRelease } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import type { Deployment as DeploymentRow } from '../generated/client.ts';
import { type passedColumns, toPassed } from '../rows/deployment-row.ts';
import { fromJsonRow } from '../rows/json-row.ts';

type Passed = Pick<DeploymentRow, keyof typeof passedColumns>;

/** The releases between each deployment and its last known good one, by the deployment's id. */
export async function loadBetween(
  { sql }: StoreContext,
  pairs: readonly { id: string; good: string }[],
): Promise<Map<string, PassedRelease[]>> {
  if (pairs.length === 0) return new Map();
  const found = await sql<{ id: string; passed: Record<string, unknown>[] }>(
    `select d.id, json_agg(b order by b.release) as passed
     from unnest($1::text[], $2::text[]) as pair(id, good)
       join deployments d on d.id = pair.id
       join deployments g on g.id = pair.good
       join lateral (
         select id, service_key, release, version, origin, status, proof, started_at from deployments
         where service_key = d.service_key and release > g.release and release < d.release) b on true
     group by d.id`,
    [pairs.map(({ id }) => id), pairs.map(({ good }) => good)],
  );
  return new Map(
    found.rows.map(({ id, passed }) => [
      id,
      passed.map((row) => toPassed(fromJsonRow<Passed>(row, { startedAt: true }))),
    ]),
  );
}
