import { type Run, soundInstant } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant, onlyRow, parameters, type Sql } from '../connection/pool.ts';
import { bulkText, type Columns } from './insert.ts';
import { type MemberRow, memberColumns, memberRows } from './write-members.ts';

/**
 * Inserts runs and returns the ids of those that lost: one of its services has another active run. A run that is there already
 * under its own id has not lost. `now` is the caller's clock, against which `startsAt` was chosen; what is stored beside
 * it is the same distance on the database's clock.
 */
export async function insertRuns(sql: Sql, runs: readonly Run[], now: number): Promise<string[]> {
  if (runs.length === 0) return [];
  const members = memberRows(runs);
  const there = await insertBoth(sql, runs, members, now);
  const incomplete = members.filter(({ runId, lane }) => !there.members.has(`${runId}/${lane}`));
  const lost = runs.filter(({ id }) => there.runs.has(id) && incomplete.some(({ runId }) => runId === id));
  const refused = runs.filter(({ id }) => !there.runs.has(id)).map(({ id }) => id);
  if (lost.length > 0) await sql('delete from runs where id = any($1::text[])', [lost.map(({ id }) => id)]);
  if (refused.length === 0) return lost.map(({ id }) => id);
  const known = await sql<{ id: string }>('select id from runs where id = any($1::text[])', [refused]);
  const unknown = refused.filter((id) => !known.rows.some((row) => row.id === id));
  return [...lost.map(({ id }) => id), ...unknown];
}

/** Those that meet no other active run of one of their services, and their members that do not. */
async function insertBoth(sql: Sql, runs: readonly Run[], members: readonly MemberRow[], now: number) {
  const { values, add } = parameters();
  const due = {
    type: 'float8',
    of: (run: Run) => Math.max(0, soundInstant(run.startsAt) - now),
    as: (ms: string) => `${databaseNow} + ${ms} * interval '1 ms'`,
  };
  const ofRuns = {
    ...{ table: 'runs', columns: { ...columns, not_before: due, wake_at: due }, rows: runs },
    ending: 'on conflict do nothing returning id',
  };
  const ofMembers = {
    ...{ table: 'run_members', columns: memberColumns, rows: members },
    ending: "on conflict do nothing returning run_id || '/' || lane as id",
  };
  const inserted = await sql<{ runs: string[]; members: string[] }>(
    `with r as (${bulkText(add, ofRuns, 'true')}),
     m as (${bulkText(add, ofMembers, 'given.run_id in (select id from r)')})
     select array(select id from r) as runs, array(select id from m) as members`,
    values,
    'prepared',
  );
  const there = onlyRow(inserted);
  return { runs: new Set(there.runs), members: new Set(there.members) };
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
  removing: { type: 'jsonb', of: (run) => toJson(run.removing ?? null) },
  accepting: { type: 'jsonb', of: (run) => toJson(run.accepting ?? null) },
  including: { type: 'jsonb', of: (run) => toJson(run.including ?? null) },
  status: { type: 'text', of: (run) => run.status },
  plan: { type: 'jsonb', of: (run) => toJson(run.plan) },
  created_at: { type: 'timestamptz', of: (run) => instant(run.createdAt) },
  starts_at: { type: 'timestamptz', of: (run) => instant(run.startsAt) },
  started_at: { type: 'timestamptz', of: (run) => instant(run.startedAt) },
  finished_at: { type: 'timestamptz', of: (run) => instant(run.finishedAt) },
  verdict: { type: 'text', of: (run) => run.verdict },
  stop: { type: 'jsonb', of: (run) => toJson(run.stop) },
  stop_condition: { type: 'text', of: (run) => run.stopCondition ?? null },
};
