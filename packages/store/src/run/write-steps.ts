import type { CheckState, RunStep, StepPatch } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { Batch } from '../write/batch.ts';
import { bulkWrite, type Columns } from '../write/insert.ts';

/** The steps of a fresh plan, in place of those of a plan that was never begun. */
export function writeSteps(batch: Batch, runId: string, steps: readonly RunStep[]): void {
  const more = `ordinal >= ${batch.add(steps.length)}`;
  batch.write(`delete from run_steps where run_id = ${batch.add(runId)} and ${more} and ${batch.when}`);
  const columns: Columns<RunStep> = { run_id: { type: 'text', of: () => runId }, ...stepColumns };
  const names = Object.keys(stepColumns).filter((name) => name !== 'ordinal');
  const replaced = names.map((name) => `${name} = excluded.${name}`).join(', ');
  const ending = `on conflict (run_id, ordinal) do update set ${replaced}`;
  bulkWrite(batch, { table: 'run_steps', columns, rows: steps, ending });
}

const stepColumns: Columns<RunStep> = {
  ordinal: { type: 'int', of: (step) => step.ordinal },
  lane: { type: 'int', of: (step) => step.lane },
  planned: { type: 'jsonb', of: (step) => toJson(step.planned) },
  status: { type: 'text', of: (step) => step.status },
  attempts: { type: 'int', of: (step) => step.attempts },
  started_at: { type: 'timestamptz', of: (step) => instant(step.startedAt) },
  finished_at: { type: 'timestamptz', of: (step) => instant(step.finishedAt) },
  due_at: { type: 'timestamptz', of: (step) => instant(step.dueAt) },
  note: { type: 'text', of: (step) => step.note },
};

export function patchStep(batch: Batch, runId: string, patch: StepPatch): void {
  const { add } = batch;
  const sets = [`status = ${add(patch.status)}`];
  if (patch.startedAt !== undefined) sets.push(`started_at = ${add(instant(patch.startedAt))}`);
  if (patch.finishedAt !== undefined) sets.push(`finished_at = ${add(instant(patch.finishedAt))}`);
  if (patch.dueAt !== undefined) sets.push(`due_at = ${add(instant(patch.dueAt))}`);
  if (patch.note !== undefined) sets.push(`note = ${add(patch.note)}`);
  if (patch.planned !== undefined) sets.push(`planned = ${add(toJson(patch.planned))}`);
  if (patch.awayMs !== undefined) sets.push(`away_ms = ${add(patch.awayMs)}`);
  if (patch.attempt) sets.push('attempts = attempts + 1');
  const where = `run_id = ${add(runId)} and ordinal = ${add(patch.ordinal)} and ${batch.when}`;
  batch.write(
    `update run_steps set ${sets.join(', ')} where ${where}`,
    `run ${runId} has no step ${patch.ordinal}`,
  );
}

/** Checks keep the place they were first written at. */
export function writeChecks(batch: Batch, runId: string, checks: readonly CheckState[]): void {
  bulkWrite<CheckState>(batch, {
    table: 'check_states',
    columns: {
      run_id: { type: 'text', of: () => runId },
      lane: { type: 'int', of: (check) => check.lane ?? 0 },
      name: { type: 'text', of: (check) => check.name },
      ordinal: { type: 'int', of: (_check, index) => index },
      type: { type: 'text', of: (check) => check.type },
      verdict: { type: 'text', of: (check) => check.verdict },
      passes_in_a_row: { type: 'int', of: (check) => check.passesInARow },
      passes_needed: { type: 'int', of: (check) => check.passesNeeded },
      expected: { type: 'text', of: (check) => check.expected },
      actual: { type: 'text', of: (check) => check.actual },
      reason: { type: 'text', of: (check) => check.reason },
      attempts: { type: 'int', of: (check) => check.attempts },
      started_at: { type: 'timestamptz', of: (check) => instant(check.startedAt) },
      last_attempt_at: { type: 'timestamptz', of: (check) => instant(check.lastAttemptAt) },
      next_attempt_at: { type: 'timestamptz', of: (check) => instant(check.nextAttemptAt) },
      deadline_at: { type: 'timestamptz', of: (check) => instant(check.deadlineAt) },
    },
    rows: checks,
    ending: `on conflict (run_id, lane, name) do update set
       verdict = excluded.verdict, passes_in_a_row = excluded.passes_in_a_row,
       passes_needed = excluded.passes_needed, expected = excluded.expected, actual = excluded.actual,
       reason = excluded.reason, attempts = excluded.attempts, started_at = excluded.started_at,
       last_attempt_at = excluded.last_attempt_at, next_attempt_at = excluded.next_attempt_at,
       deadline_at = excluded.deadline_at`,
  });
}
