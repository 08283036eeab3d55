import type { NewEvent, Run } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';
import type { StoreContext } from '../store-context.ts';
import { insertEvents } from '../write/write-audit.ts';
import { writeCommit } from '../write/write-commit.ts';
import { loadActiveRun, loadRun } from './load-run.ts';
import { createRunActs } from './run-acts.ts';

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
  /** The same, from the step that failed. */
  retryRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  /** Leaves out the step in progress, which must be `ordinal`: what a person saw may be over. */
  skipStep(
    id: string,
    step: { ordinal: number; reason: string },
    by: string,
    at: number,
  ): Promise<RunCommandResult>;
  /** Nothing more is begun once whoever holds the run has ended the step in progress. Asked for twice is once. */
  stopRun(id: string, reason: string | null, by: string, at: number): Promise<RunCommandResult>;
  /** Writes the reason better. */
  editRun(id: string, reason: string, by: string, at: number): Promise<RunCommandResult>;
}

export function createRunCommands(context: StoreContext): RunCommands {
  const acts = createRunActs(context);
  return {
    async queueRun(run) {
      for (let attempt = 0; ; attempt++) {
        const now = context.now();
        const { lostRuns, topics } = await inTransaction(context.pool, (sql) =>
          queueOnce(sql, context, run, now),
        );
        context.announce(topics);
        if (lostRuns.length === 0) return { kind: 'queued' };
        const active = await loadActiveRun(
          context.prisma,
          run.members?.map((one) => one.service) ?? [run.service],
        );
        if (active) return { kind: 'active', run: active };
        // The run that won ended between the insert and the look: try again.
        if (attempt === 5) throw new Error(`the runs of ${run.service} end faster than one can be queued`);
      }
    },
    undoRun: (id, by, at) => undo(context, id, by, at),
    resumeRun: (id, by, at) => acts.resume(id, { by, at }),
    retryRun: (id, by, at) => acts.retry(id, { by, at }),
    skipStep: (id, step, by, at) => acts.skip(id, step, { by, at }),
    stopRun: (id, reason, by, at) => acts.stop(id, reason, { by, at }),
    async editRun(id, reason) {
      const edited = await context.sql('update runs set reason = $2 where id = $1', [id, reason]);
      return { kind: edited.rowCount === 0 ? 'not-found' : 'done' };
    },
  };
}

async function queueOnce(sql: Sql, context: StoreContext, run: Run, now: number) {
  const found = await sql(
    `select exists (select from runs where id = $1) as there,
       (select jsonb_object_agg(id, release) from deployments where id = any($2::text[])) as releases`,
    [run.id, [run.deploymentId, run.targetDeploymentId]],
    'prepared',
  );
  const { there, releases } = found.rows[0];
  if (there) return { lostRuns: [], topics: [] };
  const release = (id: string) => releases?.[id] ?? '?';
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

function runEvent(
  type: NewEvent['type'],
  run: Pick<Run, 'id' | 'service' | 'deploymentId'>,
  text: string,
  at: number,
  data: Record<string, unknown>,
): NewEvent {
  return { type, at, service: run.service, deploymentId: run.deploymentId, runId: run.id, text, data };
}
