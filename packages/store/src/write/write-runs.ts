import type { Run } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant, type Sql } from '../connection/pool.ts';
import { insertMembers } from '../run/write-members.ts';
import { bulkInsert, type Columns } from './insert.ts';

/**
 * Inserts runs and returns the ids of those that lost: one of its services has another active run. A run that is there already
 * under its own id has not lost. `now` is the caller's clock, against which `startsAt` was chosen; what is stored beside
 * it is the same distance on the database's clock.
 */
export async function insertRuns(sql: Sql, runs: readonly Run[], now: number): Promise<string[]> {
  if (runs.length === 0) return [];
  const due = {
    type: 'float8',
    of: (run: Run) => Math.max(0, run.startsAt - now),
    as: (ms: string) => `${databaseNow} + ${ms} * interval '1 ms'`,
  };
  const all = { ...columns, not_before: due, wake_at: due };
  const inserted = await bulkInsert(sql, 'runs', all, runs, 'on conflict do nothing returning id');
  const there = new Set(inserted.map((row) => row.id));
  const lost = await insertMembers(
    sql,
    runs.filter((run) => there.has(run.id)),
  );
  const refused = runs.filter((run) => !there.has(run.id)).map((run) => run.id);
  if (refused.length === 0) return lost;
  const known = await sql('select id from runs where id = any($1::text[])', [refused]);
  return [...lost, ...refused.filter((id) => !known.rows.some((row) => row.id === id))];
}

const columns: Columns<Run> = {
  id: { type: 'text', of: (run) => run.id },
  service_key: { type: 'text', of: (run) => run.service },
  deployment_id: { type: 'text', of: (run) => run.deploymentId },
  target_deployment_id: { type: 'text', of: (run) => run.targetDeploymentId },
  requester_kind: { type: 'text', of: (run) => run.requester.kind },
  requester: { type: 'jsonb', of: (run) => toJson(run.requester) },
  reason: { type: 'text', of: (run) => run.reason },
  evidence: { type: 'jsonb', of: (run) => toJson(run.evidence) },
  status: { type: 'text', of: (run) => run.status },
  plan: { type: 'jsonb', of: (run) => toJson(run.plan) },
  created_at: { type: 'timestamptz', of: (run) => instant(run.createdAt) },
  starts_at: { type: 'timestamptz', of: (run) => instant(run.startsAt) },
  started_at: { type: 'timestamptz', of: (run) => instant(run.startedAt) },
  finished_at: { type: 'timestamptz', of: (run) => instant(run.finishedAt) },
  verdict: { type: 'text', of: (run) => run.verdict },
  stop: { type: 'jsonb', of: (run) => toJson(run.stop) },
};
