import { orderAbort } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';

/** What a controller asks of: the object, and the version by its own name for it. */
export interface AskedAbort {
  cluster: string;
  namespace: string;
  name: string;
  checksum: string;
}

/** The run in which the abort of exactly this is ordered now: a running one at the step that orders it. Null where there is none. */
export async function orderedAbort(
  sql: Sql,
  { cluster, namespace, name, checksum }: AskedAbort,
): Promise<string | null> {
  const found = await sql<{ id: string }>(
    `select r.id from runs r join run_steps s on s.run_id = r.id
     where r.status = 'running' and s.status in ('started', 'waiting')
       and s.planned->'step'->>'kind' = $1 and s.planned->'step'->>'checksum' = $2
       and s.planned->'step'->'object' @> $3::jsonb
     limit 1`,
    [orderAbort.kind, checksum, JSON.stringify({ cluster, namespace, name, kind: 'Canary' })],
  );
  return found.rows[0]?.id ?? null;
}
