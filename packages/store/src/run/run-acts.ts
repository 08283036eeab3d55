import {
  type NewEvent,
  named,
  outlookOf,
  provingKinds,
  type Run,
  type RunCommand,
  type RunStep,
  type StopRequest,
  stepInProgress,
} from '@lastgood/domain';
import { fromJson, toJson } from '../connection/json.ts';
import { databaseNow, type Sql } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';
import type { StoreContext } from '../store-context.ts';
import { insertEvents } from '../write/write-audit.ts';
import { overtakenBy } from './overtaken.ts';
import type { RunCommandResult } from './run-commands.ts';
import { handOver } from './run-store.ts';

/** Who gives a command, and when by the caller's clock: for the timeline only. */
export interface By {
  by: string;
  at: number;
}

export interface RunActs {
  resume(id: string, by: By): Promise<RunCommandResult>;
  retry(id: string, by: By): Promise<RunCommandResult>;
  skip(id: string, step: { ordinal: number; reason: string }, by: By): Promise<RunCommandResult>;
  stop(id: string, reason: string | null, by: By): Promise<RunCommandResult>;
}

/**
 * Each act locks the run as every write of a worker does, asks the domain whether it is allowed on what it sees under the
 * lock, and writes its event beside its change. So an act and a worker's commit never pass each other unseen.
 */
export function createRunActs(context: StoreContext): RunActs {
  return {
    resume: (id, by) =>
      act(context, id, 'resume', async (sql, locked) => {
        await requeue(sql, id);
        return said(locked, by, 'rollback.resumed', `${by.by} resumed the rollback`);
      }),
    retry: (id, by) =>
      act(context, id, 'retry', async (sql, locked) => {
        await requeue(sql, id);
        const step = locked.open ? named(locked.open) : 'the step';
        return said(locked, by, 'rollback.retried', `${by.by} tries ${step} again`);
      }),
    skip: (id, step, by) => act(context, id, 'skip', (sql, locked) => skip(sql, locked, step, by)),
    stop: (id, reason, by) => act(context, id, 'stop', (sql, locked) => stop(sql, locked, reason, by)),
  };
}

/** A run under its lock. */
interface Locked {
  run: Pick<Run, 'id' | 'service' | 'deploymentId' | 'status' | 'plan' | 'stopAsked' | 'members'>;
  steps: RunStep[];
  open: RunStep | undefined;
}

type Act = (sql: Sql, locked: Locked) => Promise<NewEvent | Exclude<RunCommandResult, { kind: 'not-found' }>>;

async function act(
  context: StoreContext,
  id: string,
  command: RunCommand,
  change: Act,
): Promise<RunCommandResult> {
  const result = await inTransaction(context.pool, async (sql): Promise<RunCommandResult> => {
    const locked = await lock(sql, id);
    if (!locked) return { kind: 'not-found' };
    const newer = await overtakenBy(sql, id);
    const outlook = outlookOf(command, locked.run, locked.steps, newer);
    if (!outlook.allowed && !isRepeated(command, locked)) return refused(outlook.whyNot);
    const other = locked.run.status === 'stopped' ? await otherActive(sql, locked) : null;
    if (other) return anotherRun(other);
    const outcome = outlook.allowed ? await change(sql, locked) : ({ kind: 'done' } as const);
    if ('kind' in outcome) return outcome;
    await insertEvents(sql, [outcome]);
    return { kind: 'done' };
  }).catch((error: unknown): RunCommandResult => {
    // Another run was queued between the look and the update: the unique index has the last word.
    if (error instanceof Error && 'code' in error && error.code === '23505') return anotherRun(null);
    throw error;
  });
  if (result.kind === 'done') context.announce(['runs', 'events']);
  return result;
}

/** A second click on *stop* is the first one. */
function isRepeated(command: RunCommand, { run }: Locked): boolean {
  return command === 'stop' && run.stopAsked !== null && run.status !== 'done';
}

async function lock(sql: Sql, id: string): Promise<Locked | null> {
  const found = await sql(
    `select id, status, service_key as service, deployment_id as "deploymentId", plan, stop_asked as "stopAsked"
     from runs where id = $1 for no key update`,
    [id],
  );
  const [row] = found.rows;
  if (!row) return null;
  const rows = await sql(
    'select ordinal, lane, planned, status, attempts, note from run_steps where run_id = $1 order by ordinal',
    [id],
  );
  const steps = rows.rows.map((step): RunStep => {
    const { ordinal, lane, planned, status, attempts, note } = step;
    return {
      ...{ ordinal, lane, planned: fromJson(planned), status, attempts, note },
      ...{ startedAt: null, finishedAt: null, dueAt: null },
    };
  });
  const members = await sql('select lane, status from run_members where run_id = $1 order by lane', [id]);
  const run = {
    ...row,
    stopAsked: fromJson<StopRequest | null>(row.stopAsked),
    ...(members.rows.length > 1 ? { members: members.rows } : {}),
  };
  return { run, steps, open: stepInProgress(run, steps) };
}

async function otherActive(sql: Sql, { run }: Locked): Promise<string | null> {
  const active = await sql(
    `select run_id as id from run_members
     where service_key in (select service_key from run_members where run_id = $1 and status <> 'done') and run_id <> $1
       and status = any (array['queued', 'running'])`,
    [run.id],
  );
  return active.rows[0]?.id ?? null;
}

function anotherRun(id: string | null): RunCommandResult {
  const other = id === null ? 'Another run' : `Run ${id}`;
  return refused(`${other} is active for this service. Wait for it, then resume.`);
}

function refused(reason: string): { kind: 'refused'; reason: string } {
  return { kind: 'refused', reason };
}

/**
 * Steps that were not applied start afresh, limits included, and verification too, also one that was left out. The epoch
 * stays, so whoever held the run before is still fenced off.
 */
async function requeue(sql: Sql, id: string): Promise<void> {
  await queueAgain(sql, id);
  await sql(
    `update run_steps set status = 'pending', started_at = null, finished_at = null, due_at = null
     where run_id = $1 and (status = any (array['failed', 'started', 'waiting'])
       or (status = 'skipped' and planned->'step'->>'kind' = any ($2::text[])))`,
    [id, provingKinds],
  );
  await sql('delete from check_states where run_id = $1', [id]);
}

async function queueAgain(sql: Sql, id: string): Promise<void> {
  await sql(
    `update runs set status = case when plan is null then 'queued' else 'running' end, stop = null,
       verdict = null, finished_at = null, lease_holder = null, lease_until = null, stop_asked = null, stop_asked_at = null, worker = null, worker_since = null,
       seen_at = null, wake_at = ${databaseNow}, not_before = ${databaseNow},
       number = nextval(pg_get_serial_sequence('runs', 'number'))
     where id = $1`,
    [id],
  );
}

/** The step in progress only looks: whoever is at it now loses nothing but the look, and can write no more. */
async function skip(
  sql: Sql,
  locked: Locked,
  { ordinal, reason }: { ordinal: number; reason: string },
  { by, at }: By,
): Promise<NewEvent | { kind: 'refused'; reason: string }> {
  const { run, open } = locked;
  if (open?.ordinal !== ordinal) {
    const now = open ? `it is at ${named(open)} now` : 'no step is left';
    return refused(
      `Step ${ordinal + 1} is not the one in progress: ${now}. Look again before you leave one out.`,
    );
  }
  const note = `left out by ${by}: ${reason}`;
  await sql(
    `update run_steps set status = 'skipped', finished_at = ${databaseNow}, due_at = null, note = $3
     where run_id = $1 and ordinal = $2`,
    [run.id, ordinal, note],
  );
  if (run.status === 'stopped') await queueAgain(sql, run.id);
  else await handOver(sql, run.id);
  return said(locked, { by, at }, 'rollback.step-skipped', `${by} left out ${named(open)}: ${reason}`);
}

/** Written for the worker to see: whoever holds the run ends the step in progress and begins no other. */
async function stop(sql: Sql, locked: Locked, reason: string | null, by: By): Promise<NewEvent> {
  const { run } = locked;
  const asked: StopRequest = { ...by, reason };
  await sql(
    `update runs set stop_asked = $2, stop_asked_at = clock_timestamp(),
       wake_at = case when lease_holder is null then ${databaseNow} else wake_at end
     where id = $1`,
    [run.id, toJson(asked)],
  );
  const why = reason ? `: ${reason}` : '';
  return said(locked, by, 'rollback.stop-asked', `${by.by} asked to stop the rollback${why}`);
}

function said({ run }: Locked, { by, at }: By, type: NewEvent['type'], text: string): NewEvent {
  const { service, deploymentId } = run;
  return { type, at, service, deploymentId, runId: run.id, text, data: { by } };
}
