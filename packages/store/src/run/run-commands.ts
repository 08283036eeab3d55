import type { NewEvent, Run } from '@lastgood/domain';
import { databaseNow, instant, type Sql } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';
import type { StoreContext } from '../store-context.ts';
import { insertEvents } from '../write/write-audit.ts';
import { writeCommit } from '../write/write-commit.ts';
import { loadActiveRun, loadRun } from './load-run.ts';

/** `active`: the service has another run; nothing was written. */
export type QueueResult = { kind: 'queued' } | { kind: 'active'; run: Run };

/** What a person's command on a run came to. */
export type RunCommandResult =
  | { kind: 'done' }
  | { kind: 'not-found' }
  /** Its state does not allow it, in words. */
  | { kind: 'refused'; reason: string };

/** What a person does to a run. Each writes its event; `at` is the caller's clock, for the timeline only. */
export interface RunCommands {
  /** The same id again is the same run: a retried click is queued once. */
  queueRun(run: Run): Promise<QueueResult>;
  /** Only while queued and before its start, by the database's clock. Undone already is done. */
  undoRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  /** A stopped run is queued again and goes on from the step it stopped at. */
  resumeRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  /** Writes the reason better. */
  editRun(id: string, reason: string, by: string, at: number): Promise<RunCommandResult>;
}

export function createRunCommands(context: StoreContext): RunCommands {
  return {
    async queueRun(run) {
      for (let attempt = 0; ; attempt++) {
        const now = context.now();
        const { lostRuns, topics } = await inTransaction(context.pool, (sql) =>
          queueOnce(sql, context, run, now),
        );
        context.announce(topics);
        if (lostRuns.length === 0) return { kind: 'queued' };
        const active = await loadActiveRun(context.prisma, run.service);
        if (active) return { kind: 'active', run: active };
        // The run that won ended between the insert and the look: try again.
        if (attempt === 5) throw new Error(`the runs of ${run.service} end faster than one can be queued`);
      }
    },
    undoRun: (id, by, at) => undo(context, id, by, at),
    resumeRun: (id, by, at) => resume(context, id, by, at),
    async editRun(id, reason) {
      const edited = await context.sql('update runs set reason = $2 where id = $1', [id, reason]);
      return { kind: edited.rowCount === 0 ? 'not-found' : 'done' };
    },
  };
}

async function queueOnce(sql: Sql, context: StoreContext, run: Run, now: number) {
  const there = await sql('select 1 from runs where id = $1', [run.id]);
  if (there.rowCount !== 0) return { lostRuns: [], topics: [] };
  const releases = await sql('select id, release from deployments where id = any($1::text[])', [
    [run.deploymentId, run.targetDeploymentId],
  ]);
  const release = (id: string) => releases.rows.find((row) => row.id === id)?.release ?? '?';
  const who = run.requester.kind === 'automatic' ? run.requester.trigger : run.requester.name;
  const [from, to] = [release(run.deploymentId), release(run.targetDeploymentId)];
  const text = `${who} asked to roll release ${from} back to release ${to}`;
  const event = runEvent('rollback.queued', run, text, run.createdAt, { startsAt: run.startsAt });
  return writeCommit(sql, { newRuns: [run], events: [event] }, { notifiers: context.notifiers, now });
}

async function undo(context: StoreContext, id: string, by: string, at: number): Promise<RunCommandResult> {
  const undone = await inTransaction(context.pool, async (sql) => {
    const changed = await sql(
      `update runs set status = 'cancelled', finished_at = $2, lease_holder = null, lease_until = null
       where id = $1 and status = 'queued' and not_before > clock_timestamp()
       returning id, service_key as service, deployment_id as "deploymentId"`,
      [id, instant(at)],
    );
    const [run] = changed.rows;
    if (!run) return false;
    const text = `${by} undid the rollback before it began`;
    await insertEvents(sql, [runEvent('rollback.undone', run, text, at, { by })]);
    return true;
  });
  if (undone) context.announce(['events']);
  const run = await loadRun(context.prisma, id);
  if (!run) return { kind: 'not-found' };
  if (run.status === 'cancelled') return { kind: 'done' };
  return {
    kind: 'refused',
    reason:
      run.status === 'queued' || run.status === 'running'
        ? 'The rollback has begun; it can no longer be undone. It finishes, or stops in a defined state.'
        : `The rollback has ended already (${run.status}).`,
  };
}

/**
 * Steps that were not applied start afresh, limits included, and verification too. The epoch stays, so whoever held the
 * run before is still fenced off.
 */
async function resume(context: StoreContext, id: string, by: string, at: number): Promise<RunCommandResult> {
  const outcome = await inTransaction(context.pool, async (sql): Promise<RunCommandResult> => {
    const locked = await sql(
      `select id, status, service_key as service, deployment_id as "deploymentId" from runs
       where id = $1 for no key update`,
      [id],
    );
    const [run] = locked.rows;
    if (!run) return { kind: 'not-found' };
    if (run.status !== 'stopped')
      return {
        kind: 'refused',
        reason: `Only a stopped rollback can be resumed; this one is ${run.status}.`,
      };
    const other = await sql(
      `select id from runs where service_key = $1 and status = any (array['queued', 'running'])`,
      [run.service],
    );
    if (other.rows[0]) return anotherRun(other.rows[0].id);
    await requeue(sql, id);
    await insertEvents(sql, [runEvent('rollback.resumed', run, `${by} resumed the rollback`, at, { by })]);
    return { kind: 'done' };
  }).catch((error: unknown): RunCommandResult => {
    // Another run was queued between the look and the update: the unique index has the last word.
    if (error instanceof Error && 'code' in error && error.code === '23505') return anotherRun(null);
    throw error;
  });
  if (outcome.kind === 'done') context.announce(['runs', 'events']);
  return outcome;
}

function anotherRun(id: string | null): RunCommandResult {
  const named = id === null ? 'Another run' : `Run ${id}`;
  return { kind: 'refused', reason: `${named} is active for this service. Wait for it, then resume.` };
}

async function requeue(sql: Sql, id: string): Promise<void> {
  await sql(
    `update runs set status = 'queued', stop = null, verdict = null, finished_at = null, lease_holder = null,
       lease_until = null, wake_at = ${databaseNow}, not_before = ${databaseNow}
     where id = $1`,
    [id],
  );
  await sql(
    `update run_steps set status = 'pending', started_at = null, finished_at = null, due_at = null
     where run_id = $1 and status = any (array['failed', 'started', 'waiting'])`,
    [id],
  );
  await sql('delete from check_states where run_id = $1', [id]);
}

function runEvent(
  type: NewEvent['type'],
  run: Pick<Run, 'id' | 'service' | 'deploymentId'>,
  text: string,
  at: number,
  data: Record<string, unknown>,
): NewEvent {
  return { type, at, service: run.service, deploymentId: run.deploymentId, runId: run.id, text, data };
}
