import type { MemberPatch, Run, RunMember } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { Batch } from './batch.ts';
import type { Columns } from './insert.ts';

export type MemberRow = RunMember & { runId: string };

export const memberColumns: Columns<MemberRow> = {
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
};

/**
 * The members of runs; a run of one service is its own member. In the order of their services, so that two groups that
 * overlap hardly ever wait for each other in a circle; those that do are undone by the server and tried again.
 */
export function memberRows(runs: readonly Run[]): MemberRow[] {
  return runs
    .flatMap((run) => membersOf(run).map((member) => ({ ...member, runId: run.id })))
    .sort((a, b) => (a.service < b.service ? -1 : 1));
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
