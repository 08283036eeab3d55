import {
  type CommandedRun,
  type NamedRelease,
  queuedEvents,
  type Run,
  type RunCommandResult,
  type RunCommands,
  whileAnotherIsActive,
} from '@lastgood/domain';
import { onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { isUnderWay } from '../service/active-run.ts';
import { writeCommit } from '../write/write-commit.ts';
import { type WriteContext, writeContext } from '../write/write-independent-parts.ts';
import { loadActiveRun, loadProgress } from './load-run.ts';
import { overtakenBy } from './overtaken.ts';
import { writeChange } from './write-change.ts';

export function createRunCommands(context: StoreContext): RunCommands {
  return {
    async queueRun(run) {
      for (let attempt = 0; ; attempt++) {
        const write = writeContext(context);
        const { lostRuns, topics } = await inTransaction(context.pool, (sql) => queueOnce(sql, run, write));
        context.tellReplicas(topics);
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
    async command(id, judge) {
      const { result, isWritten } = await inTransaction(context.pool, (sql) =>
        commandOnce(sql, id, judge),
      ).catch((error: unknown) => {
        // Another run was queued between the look and the update: the unique index has the last word.
        if (error instanceof Error && 'code' in error && error.code === uniqueViolation)
          return { result: whileAnotherIsActive(), isWritten: false };
        throw error;
      });
      if (isWritten) context.tellReplicas(['runs', 'events']);
      return result;
    },
  };
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const uniqueViolation = '23505';

async function queueOnce(sql: Sql, run: Run, write: WriteContext) {
  const found = await sql<{ there: boolean; releases: Record<string, NamedRelease> | null }>(
    `select exists (select from runs where id = $1) as there,
       (select jsonb_object_agg(id, jsonb_build_object('release', release, 'version', version, 'origin', origin))
        from deployments where id = any($2::text[])) as releases`,
    [
      run.id,
      (run.members ?? [run]).flatMap(({ deploymentId, targetDeploymentId }) => [
        deploymentId,
        targetDeploymentId,
      ]),
    ],
    'prepared',
  );
  const { there, releases } = onlyRow(found);
  if (there) return { lostRuns: [], topics: [] };
  const events = queuedEvents(run, (id) => releases?.[id]);
  return writeCommit(sql, { newRuns: [run], events }, write);
}

async function commandOnce(
  sql: Sql,
  id: string,
  judge: Parameters<RunCommands['command']>[1],
): Promise<{ result: RunCommandResult; isWritten: boolean }> {
  const seen = await lockRun(sql, id);
  if (!seen) return { result: { kind: 'not-found' }, isWritten: false };
  const verdict = judge(seen);
  if (verdict.kind !== 'change') return { result: verdict, isWritten: false };
  await writeChange(sql, id, verdict.change);
  return { result: { kind: 'done' }, isWritten: true };
}

/** What is seen is asked for once the lock is ours, so that whoever held it before has written. */
async function lockRun(sql: Sql, id: string): Promise<CommandedRun | null> {
  const locked = await sql('select from runs where id = $1 for no key update', [id]);
  if (locked.rowCount === 0) return null;
  const beside = await sql<{ before_start: boolean; other: string | null }>(
    `select not_before > clock_timestamp() as before_start,
       (select run_id from run_members where run_id <> $1 and ${isUnderWay} and service_key in
         (select service_key from run_members where run_id = $1 and status <> 'done') limit 1) as other
     from runs where id = $1`,
    [id],
  );
  const { before_start, other } = onlyRow(beside);
  return {
    ...(await loadProgress(sql, id)),
    otherActive: other,
    overtakenBy: await overtakenBy(sql, id),
    isBeforeStart: before_start,
  };
}
