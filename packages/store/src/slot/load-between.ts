import type { PassedRelease } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import { type PassedRow, passedReleases, toPassed } from '../deployment/passed-releases.ts';

/** The releases between each deployment and its last known good one, by the deployment's id. */
export async function loadBetween(
  { sql }: StoreContext,
  pairs: readonly { id: string; good: string }[],
): Promise<Map<string, PassedRelease[]>> {
  if (pairs.length === 0) return new Map();
  const found = await sql<{ id: string; passed: PassedRow[] }>(
    `select d.id, ${passedReleases('d.service_key', 'g.release', 'd.release')} as passed
     from unnest($1::text[], $2::text[]) as pair(id, good)
       join deployments d on d.id = pair.id
       join deployments g on g.id = pair.good`,
    [pairs.map(({ id }) => id), pairs.map(({ good }) => good)],
  );
  return new Map(found.rows.map(({ id, passed }) => [id, passed.map(toPassed)]));
}
