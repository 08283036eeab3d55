import type {
  Change,
  DeploymentPatch,
  Looks,
  NewDeployment,
  ReplacedRelease,
  ToldService,
} from '@lastgood/domain';
import { fromJson, toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { type Batch, createBatch } from './batch.ts';
import { chunkOf } from './chunk-of.ts';
import { bulkWrite } from './insert.ts';
import { type Added, supersedeOlder } from './supersede.ts';

/** Inserts deployments and returns those whose id and idempotency key are new. */
export async function insertDeployments(sql: Sql, rows: readonly NewDeployment[]): Promise<Added[]> {
  const added: Added[] = [];
  // In the order of their services: two commits that meet lock in the same order.
  for (const row of rows.toSorted((a, b) => a.service.localeCompare(b.service))) {
    const one = await insertDeployment(sql, row);
    if (one) added.push(one);
  }
  return added;
}

/** Null when it is there already, by id or by the caller's key. The release is counted under the service's row lock. */
async function insertDeployment(sql: Sql, row: NewDeployment): Promise<Added | null> {
  const lock = 'select name, environment, team, notify from services where key = $1 for no key update';
  const locked = await sql<ToldService>(lock, [row.service], 'prepared');
  const [service] = locked.rows;
  if (!service) throw new Error(`service ${row.service} is not declared`);
  // A statement of its own: what was written before the lock was ours has to be seen.
  const batch = createBatch((add) => countRelease(add, row));
  bulkWrite(batch, { table: 'deployments', columns, rows: [row] });
  writeChanges(batch, row.id, row.changes);
  supersedeOlder(batch, row);
  type Counted = { release: number; closed?: ReplacedRelease[] | null };
  const counted = await batch.send<Counted>(sql);
  if (!counted) return null;
  const { release, closed } = counted;
  const told: ToldService = { ...service, notify: fromJson(service.notify) };
  return { row, release, service: told, closed: closed ?? [] };
}

/** The next release and its chunk, unless the deployment is there. */
function countRelease(add: Batch['add'], { service, id, idempotencyKey }: NewDeployment): string {
  const key = add(service);
  return `
    update services set last_release = last_release + 1
    where key = ${key} and not exists (select from deployments
      where id = ${add(id)} or (service_key = ${key} and idempotency_key = ${add(idempotencyKey)}))
    returning last_release as release, ${chunkOf('services')} as chunk`;
}

const ofFence = (column: string) => ({
  type: 'int',
  of: () => null,
  as: () => `(select ${column} from held)`,
});

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
  registered_images: { type: 'jsonb', of: (row: NewDeployment) => toJson(row.registeredImages) },
  contracts: { type: 'jsonb', of: (row: NewDeployment) => toJson(row.contracts) },
  notices: { type: 'jsonb', of: (row: NewDeployment) => toJson(row.notices) },
  stood: { type: 'jsonb', of: (row: NewDeployment) => toJson(row.stood) },
  put_back: { type: 'jsonb', of: (row: NewDeployment) => (row.putBack ? toJson(row.putBack) : null) },
  objects_before: {
    type: 'jsonb',
    of: (row: NewDeployment) => (row.objectsBefore ? toJson(row.objectsBefore) : null),
  },
  author: { type: 'text', of: (row: NewDeployment) => row.author },
  pipeline_url: { type: 'text', of: (row: NewDeployment) => row.pipelineUrl },
  previous_deployment_id: { type: 'text', of: (row: NewDeployment) => row.previousDeploymentId },
  started_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.startedAt) },
  reported_complete_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.reportedCompleteAt) },
  completed_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.completedAt) },
  watch_ends_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.watchEndsAt) },
  watch_closed_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.watchClosedAt) },
  superseded_by: { type: 'text', of: (row: NewDeployment) => row.supersededBy },
  rolled_back_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.rolledBackAt) },
  rollback_reason: { type: 'text', of: (row: NewDeployment) => row.rollbackReason },
  looks_served: { type: 'int', of: (row: NewDeployment) => row.looks.served },
  last_look_at: { type: 'timestamptz', of: (row: NewDeployment) => instant(row.looks.lastAt) },
  last_look_served: { type: 'boolean', of: (row: NewDeployment) => row.looks.lastServed },
  look_doubt: { type: 'text', of: (row: NewDeployment) => row.looks.doubt },
  look_gaps: { type: 'jsonb', of: (row: NewDeployment) => toJson(row.looks.gaps ?? []) },
  mark: { type: 'jsonb', of: (row: NewDeployment) => (row.mark ? toJson(row.mark) : null) },
  release: ofFence('release'),
  chunk: ofFence('chunk'),
};

/** In place of those that were there. */
function writeChanges(batch: Batch, deploymentId: string, changes: readonly Change[]): void {
  const more = `ordinal >= ${batch.add(changes.length)}`;
  batch.write(
    `delete from deployment_changes where deployment_id = ${batch.add(deploymentId)} and ${more} and ${batch.when}`,
  );
  bulkWrite<Change>(batch, {
    table: 'deployment_changes',
    columns: {
      deployment_id: { type: 'text', of: () => deploymentId },
      ordinal: { type: 'int', of: (_change, index) => index },
      kind: { type: 'text', of: (change) => change.kind },
      target: { type: 'jsonb', of: (change) => toJson(change.target) },
      before: { type: 'jsonb', of: (change) => toJson(change.before) },
      after: { type: 'jsonb', of: (change) => toJson(change.after) },
    },
    rows: changes,
    ending: `on conflict (deployment_id, ordinal) do update set
       kind = excluded.kind, target = excluded.target, before = excluded.before, after = excluded.after`,
  });
}

type Patchable = Exclude<keyof DeploymentPatch, 'id' | 'changes' | 'looks'>;

/** The columns a patch may name; an instant is written as such. */
const patchColumns: Record<Patchable, { column: string; at?: true; json?: true }> = {
  origin: { column: 'origin' },
  idempotencyKey: { column: 'idempotency_key' },
  strategy: { column: 'strategy' },
  status: { column: 'status' },
  proof: { column: 'proof' },
  version: { column: 'version' },
  commit: { column: 'commit' },
  registeredImages: { column: 'registered_images', json: true },
  contracts: { column: 'contracts', json: true },
  notices: { column: 'notices', json: true },
  stood: { column: 'stood', json: true },
  putBack: { column: 'put_back', json: true },
  objectsBefore: { column: 'objects_before', json: true },
  author: { column: 'author' },
  pipelineUrl: { column: 'pipeline_url' },
  previousDeploymentId: { column: 'previous_deployment_id' },
  startedAt: { column: 'started_at', at: true },
  reportedCompleteAt: { column: 'reported_complete_at', at: true },
  completedAt: { column: 'completed_at', at: true },
  watchEndsAt: { column: 'watch_ends_at', at: true },
  watchClosedAt: { column: 'watch_closed_at', at: true },
  supersededBy: { column: 'superseded_by' },
  rolledBackAt: { column: 'rolled_back_at', at: true },
  rollbackReason: { column: 'rollback_reason' },
};

export function patchDeployment(batch: Batch, patch: DeploymentPatch): void {
  const sets: string[] = [];
  for (const [key, { column, at, json }] of Object.entries(patchColumns)) {
    const value = patch[key as Patchable];
    if (value === undefined) continue;
    const given = batch.add(json ? toJson(value) : at && typeof value === 'number' ? instant(value) : value);
    // A watch is closed once: who closed it first, and when, stays.
    sets.push(
      key === 'watchClosedAt' && value !== null
        ? `watch_closed_at = coalesce(watch_closed_at, ${given})`
        : `${column} = ${given}`,
    );
  }
  if (patch.looks) sets.push(...lookSets(batch, patch.looks));
  if (sets.length > 0)
    batch.write(
      `update deployments set ${sets.join(', ')} where id = ${batch.add(patch.id)} and ${batch.when}`,
    );
  if (patch.changes) writeChanges(batch, patch.id, patch.changes);
}

/** A look that arrives late says nothing about what was seen since. */
function lookSets({ add }: Batch, { served, lastAt, lastServed, doubt, gaps = [] }: Looks): string[] {
  const at = add(instant(lastAt));
  const newer = `last_look_at is null or last_look_at <= ${at}::timestamptz`;
  const columns: Record<string, string> = {
    looks_served: `${add(served)}::int`,
    last_look_at: `${at}::timestamptz`,
    last_look_served: `${add(lastServed)}::boolean`,
    look_doubt: `${add(doubt)}::text`,
    look_gaps: `${add(toJson(gaps))}::jsonb`,
  };
  return Object.entries(columns).map(
    ([column, value]) => `${column} = case when ${newer} then ${value} else ${column} end`,
  );
}
