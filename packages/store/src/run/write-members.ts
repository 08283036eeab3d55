import type { MemberPatch, Run, RunMember } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import type { Batch } from '../write/batch.ts';
import { bulkInsert } from '../write/insert.ts';

/**
 * The members of runs that were just inserted; a run of one service is its own member. Returns the runs of which a member
 * is active in another run: they may not be, and are taken out again. In the order of their services, so that two groups
 * that overlap wait for each other in one order.
 */
export async function insertMembers(sql: Sql, runs: readonly Run[]): Promise<string[]> {
  const rows = runs
    .flatMap((run) => membersOf(run).map((member) => ({ ...member, runId: run.id })))
    .sort((a, b) => (a.service < b.service ? -1 : 1));
  if (rows.length === 0) return [];
  const inserted = await bulkInsert<RunMember & { runId: string }>(
    sql,
    'run_members',
    {
      run_id: { type: 'text', of: (row) => row.runId },
      lane: { type: 'int', of: (row) => row.lane },
      service_key: { type: 'text', of: (row) => row.service },
      deployment_id: { type: 'text', of: (row) => row.deploymentId },
      target_deployment_id: { type: 'text', of: (row) => row.targetDeploymentId },
      status: { type: 'text', of: (row) => row.status },
      started_at: { type: 'timestamptz', of: (row) => instant(row.startedAt) },
      finished_at: { type: 'timestamptz', of: (row) => instant(row.finishedAt) },
      verdict: { type: 'text', of: (row) => row.verdict },
      stop: { type: 'jsonb', of: (row) => toJson(row.stop) },
    },
    rows,
    'on conflict do nothing returning run_id, lane',
  );
  const there = new Set(inserted.map((row) => `${row.run_id}/${row.lane}`));
  const lost = new Set(rows.filter((row) => !there.has(`${row.runId}/${row.lane}`)).map((row) => row.runId));
  if (lost.size > 0) await sql('delete from runs where id = any($1::text[])', [[...lost]]);
  return [...lost];
}

export function patchMember(batch: Batch, runId: string, patch: MemberPatch): void {
  const { add } = batch;
  const sets: string[] = [];
  if (patch.status !== undefined) sets.push(`status = ${add(patch.status)}`);
  if (patch.startedAt !== undefined) sets.push(`started_at = ${add(instant(patch.startedAt))}`);
  if (patch.finishedAt !== undefined) sets.push(`finished_at = ${add(instant(patch.finishedAt))}`);
  if (patch.verdict !== undefined) sets.push(`verdict = ${add(patch.verdict)}`);
  if (patch.stop !== undefined) sets.push(`stop = ${add(toJson(patch.stop))}`);
  if (sets.length === 0) return;
  const where = `run_id = ${add(runId)} and lane = ${add(patch.lane)} and ${batch.when}`;
  batch.write(
    `update run_members set ${sets.join(', ')} where ${where}`,
    `run ${runId} has no member ${patch.lane}`,
  );
}

function membersOf(run: Run): RunMember[] {
  const { service, deploymentId, targetDeploymentId, status, startedAt, finishedAt, verdict, stop } = run;
  const alone = { service, deploymentId, targetDeploymentId, status, startedAt, finishedAt, verdict, stop };
  return run.members ?? [{ lane: 0, ...alone }];
}
