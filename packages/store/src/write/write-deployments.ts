import type { Change, DeploymentPatch, NewDeployment } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, parameters, type Sql } from '../connection/pool.ts';
import { bulkInsert } from './bulk-insert.ts';

/** A chunk is judged in one claim; more deployments than this and a slot takes too long. */
const chunkSize = 250;

/** Inserts deployments and returns those whose id and idempotency key are new, with their release numbers. */
export async function insertDeployments(sql: Sql, rows: readonly NewDeployment[]) {
  const inserted: (NewDeployment & { release: number })[] = [];
  // In the order of their services: two commits that meet lock in the same order.
  for (const row of rows.toSorted((a, b) => a.service.localeCompare(b.service))) {
    const release = await insertDeployment(sql, row);
    if (release !== null) inserted.push({ ...row, release });
  }
  return inserted;
}

/** Null when it is there already, by id or by the caller's key. The release is counted under the service's row lock. */
async function insertDeployment(sql: Sql, row: NewDeployment): Promise<number | null> {
  const service = await sql('select last_release from services where key = $1 for no key update', [
    row.service,
  ]);
  if (service.rowCount === 0) throw new Error(`service ${row.service} is not declared`);
  const known = await sql(
    'select 1 from deployments where id = $1 or (service_key = $2 and idempotency_key = $3)',
    [row.id, row.service, row.idempotencyKey],
  );
  if (known.rowCount !== 0) return null;
  const release = service.rows[0].last_release + 1;
  await sql('update services set last_release = $2 where key = $1', [row.service, release]);
  await bulkInsert(sql, 'deployments', { ...columns, release: { type: 'int', of: () => release } }, [row]);
  await sql(assignChunk, [row.id, chunkSize]);
  await insertChanges(sql, row.id, row.changes);
  return release;
}

/** The first chunk with room. Two that arrive at once may overfill it by one, which does no harm. */
const assignChunk = `
  update deployments set chunk = coalesce(
    (select min(number) from generate_series(0,
       (select coalesce(max(chunk), -1) + 1 from deployments where watch_closed_at is null)) as number
     where (select count(*) from deployments d where d.chunk = number and d.watch_closed_at is null and d.id <> $1)
       < $2::int), 0)
  where id = $1`;

const columns = {
  id: { type: 'text', of: (row: NewDeployment) => row.id },
  service_key: { type: 'text', of: (row: NewDeployment) => row.service },
  origin: { type: 'text', of: (row: NewDeployment) => row.origin },
  idempotency_key: { type: 'text', of: (row: NewDeployment) => row.idempotencyKey },
  strategy: { type: 'text', of: (row: NewDeployment) => row.strategy },
  status: { type: 'text', of: (row: NewDeployment) => row.status },
  proof: { type: 'text', of: (row: NewDeployment) => row.proof },
  version: { type: 'text', of: (row: NewDeployment) => row.version },
  commit: { type: 'text', of: (row: NewDeployment) => row.commit },
  author: { type: 'text', of: (row: NewDeployment) => row.author },
  pipeline_url: { type: 'text', of: (row: NewDeployment) => row.pipelineUrl },
  previous_deployment_id: { type: 'text', of: (row: NewDeployment) => row.previousDeploymentId },
  started_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.startedAt) },
  completed_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.completedAt) },
  watch_ends_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.watchEndsAt) },
  watch_closed_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.watchClosedAt) },
  superseded_by: { type: 'text', of: (row: NewDeployment) => row.supersededBy },
  rolled_back_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.rolledBackAt) },
  rollback_reason: { type: 'text', of: (row: NewDeployment) => row.rollbackReason },
  chunk: { type: 'int', of: () => 0 },
};

async function insertChanges(sql: Sql, deploymentId: string, changes: readonly Change[]): Promise<void> {
  await bulkInsert<Change>(
    sql,
    'deployment_changes',
    {
      deployment_id: { type: 'text', of: () => deploymentId },
      ordinal: { type: 'int', of: (_change, index) => index },
      kind: { type: 'text', of: (change) => change.kind },
      target: { type: 'jsonb', of: (change) => toJson(change.target) },
      before: { type: 'jsonb', of: (change) => toJson(change.before) },
      after: { type: 'jsonb', of: (change) => toJson(change.after) },
    },
    changes,
  );
}

type Patchable = Exclude<keyof DeploymentPatch, 'id' | 'changes'>;

/** The columns a patch may name; an instant is written as such. */
const patchColumns: Record<Patchable, { column: string; at?: true }> = {
  origin: { column: 'origin' },
  idempotencyKey: { column: 'idempotency_key' },
  strategy: { column: 'strategy' },
  status: { column: 'status' },
  proof: { column: 'proof' },
  version: { column: 'version' },
  commit: { column: 'commit' },
  author: { column: 'author' },
  pipelineUrl: { column: 'pipeline_url' },
  previousDeploymentId: { column: 'previous_deployment_id' },
  startedAt: { column: 'started_at', at: true },
  completedAt: { column: 'completed_at', at: true },
  watchEndsAt: { column: 'watch_ends_at', at: true },
  watchClosedAt: { column: 'watch_closed_at', at: true },
  supersededBy: { column: 'superseded_by' },
  rolledBackAt: { column: 'rolled_back_at', at: true },
  rollbackReason: { column: 'rollback_reason' },
};

/** By id, so that two commits that meet lock in the same order. */
export async function patchDeployments(sql: Sql, patches: readonly DeploymentPatch[]): Promise<void> {
  for (const patch of patches.toSorted((a, b) => a.id.localeCompare(b.id))) await patchDeployment(sql, patch);
}

async function patchDeployment(sql: Sql, patch: DeploymentPatch): Promise<void> {
  const { values, add } = parameters();
  const sets: string[] = [];
  for (const [key, { column, at }] of Object.entries(patchColumns)) {
    const value = patch[key as Patchable];
    if (value === undefined) continue;
    const given = add(at && typeof value === 'number' ? instant(value) : value);
    // A watch is closed once: who closed it first, and when, stays.
    sets.push(
      key === 'watchClosedAt' && value !== null
        ? `watch_closed_at = coalesce(watch_closed_at, ${given})`
        : `${column} = ${given}`,
    );
  }
  if (sets.length > 0)
    await sql(`update deployments set ${sets.join(', ')} where id = ${add(patch.id)}`, values);
  if (patch.changes) {
    await sql('delete from deployment_changes where deployment_id = $1', [patch.id]);
    await insertChanges(sql, patch.id, patch.changes);
  }
}
