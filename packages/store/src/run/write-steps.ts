import type { CheckState, RunStep } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { bulkInsert } from '../write/bulk-insert.ts';

/** The steps of a fresh plan, in place of those of a plan that was never begun. */
export async function insertSteps(sql: Sql, runId: string, steps: readonly RunStep[]): Promise<void> {
  await sql('delete from run_steps where run_id = $1', [runId]);
  await bulkInsert<RunStep>(
    sql,
    'run_steps',
    {
      run_id: { type: 'text', of: () => runId },
      ordinal: { type: 'int', of: (step) => step.ordinal },
      lane: { type: 'int', of: (step) => step.lane },
      planned: { type: 'jsonb', of: (step) => toJson(step.planned) },
      status: { type: 'text', of: (step) => step.status },
      attempts: { type: 'int', of: (step) => step.attempts },
      started_at: { type: 'timestamptz', of: (step) => instant(step.startedAt) },
      finished_at: { type: 'timestamptz', of: (step) => instant(step.finishedAt) },
      due_at: { type: 'timestamptz', of: (step) => instant(step.dueAt) },
      note: { type: 'text', of: (step) => step.note },
    },
    steps,
  );
}

/** Checks keep the place they were first written at. */
export async function upsertChecks(sql: Sql, runId: string, checks: readonly CheckState[]): Promise<void> {
  await bulkInsert<CheckState>(
    sql,
    'check_states',
    {
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
    checks,
    `on conflict (run_id, lane, name) do update set
       verdict = excluded.verdict, passes_in_a_row = excluded.passes_in_a_row,
       passes_needed = excluded.passes_needed, expected = excluded.expected, actual = excluded.actual,
       reason = excluded.reason, attempts = excluded.attempts, started_at = excluded.started_at,
       last_attempt_at = excluded.last_attempt_at, next_attempt_at = excluded.next_attempt_at,
       deadline_at = excluded.deadline_at`,
  );
}
