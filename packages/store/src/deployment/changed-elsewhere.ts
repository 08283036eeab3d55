import {
  atWorkBeforeMs,
  mostReleasesElsewhere,
  type OtherChange,
  type ReleaseElsewhere,
} from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import type { StoreContext } from '../connection/store-context.ts';

/** By when they began, so that only the releases of that time are read. */
export async function loadChangedElsewhere(
  { sql }: StoreContext,
  { kind, target }: Pick<OtherChange, 'kind' | 'target'>,
  service: string,
  since: number,
): Promise<ReleaseElsewhere[]> {
  const found = await sql<ReleaseElsewhere>(
    `select d.service_key as service, d.release, d.version, d.origin
     from deployments d
     where d.started_at >= $4::timestamptz - $5 * interval '1 ms' and d.service_key <> $1
       and (d.started_at >= $4::timestamptz or d.completed_at >= $4::timestamptz
         or (d.completed_at is null and d.status = 'in_progress'))
       and exists (select from deployment_changes c
         where c.deployment_id = d.id and c.kind = $2 and c.target @> $3::jsonb)
     order by d.started_at desc, d.id desc limit $6`,
    [service, kind, toJson(target), new Date(since), atWorkBeforeMs, mostReleasesElsewhere],
  );
  return found.rows;
}
