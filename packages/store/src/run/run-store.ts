import type { ClaimedRun, Lease, RunCommit, RunStore, StepPatch } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant, parameters, type Sql } from '../connection/pool.ts';
import { inTransaction } from '../connection/transaction.ts';
import { presenceClass } from '../replica/presence.ts';
import type { StoreContext } from '../store-context.ts';
import { writeCommit } from '../write/write-commit.ts';
import { loadClaimed } from './load-run.ts';
import { patchMember } from './write-members.ts';
import { insertSteps, upsertChecks } from './write-steps.ts';

/**
 * A run is due when its `wake_at` has passed on the database's clock and nobody's lease on it runs. Claiming raises its
 * epoch; every later write names the epoch and first locks the row where it still matches. The lock, not a look: under
 * READ COMMITTED a mere `exists (... epoch = $e)` passes on the snapshot from before a concurrent takeover.
 */
export function createRunStore(context: StoreContext): RunStore {
  return {
    async claim(replica, leaseMs, executing) {
      const taken = await context.sql(claimOne, [replica, leaseMs, executing, presenceClass]);
      const row = taken.rows[0];
      if (!row) return null;
      const lease: Lease = { runId: row.id, epoch: row.epoch, replica, leaseMs };
      const loaded = await loadClaimed(context.prisma, row.id);
      const takenOverFrom = row.gone === replica ? null : row.gone;
      const unattendedMs = Math.max(0, row.unattended);
      return { lease, takenOverFrom, unattendedMs, ...loaded } satisfies ClaimedRun;
    },
    async renew(lease) {
      const renewed = await context.sql(
        `update runs set lease_until = clock_timestamp() + $4 * interval '1 ms', seen_at = clock_timestamp()
         where id = $1 and epoch = $2 and lease_holder = $3 and lease_until > clock_timestamp()`,
        [lease.runId, lease.epoch, lease.replica, lease.leaseMs],
      );
      return renewed.rowCount === 1;
    },
    async commit(lease, commit) {
      const now = context.now();
      const { written, topics } = await inTransaction(context.pool, async (sql) => {
        const fence = await lockFenced(sql, lease);
        if (!fence.held) return { written: false, topics: [] };
        // Whoever does not know that it is to stop begins no step more.
        if (fence.stopUnknown && beginsStep(commit)) {
          await handOver(sql, lease.runId);
          return { written: false, topics: ['runs'] as const };
        }
        await writeRun(sql, lease, commit, now);
        const handsOver = fence.stopUnknown && !isOver(commit);
        if (handsOver) await handOver(sql, lease.runId);
        const done = await writeCommit(sql, commit, { notifiers: context.notifiers, now });
        // Runs waiting to be claimed again are the sweep's; only one that is due at once is worth a wake-up.
        const due = handsOver || (commit.releaseUntil !== undefined && commit.releaseUntil <= now);
        return { written: true, topics: due ? [...done.topics, 'runs' as const] : done.topics };
      });
      context.announce(topics);
      return written;
    },
  };
}

/**
 * `executing` is not claimed even when its lease has run out: a replica must never race against itself. A worker is gone
 * when its lease ran out in its hands, or when it put the run down to wait and nobody has its presence lock since.
 */
const claimOne = `
  with due as (
    select id, lease_holder, worker, worker_joined, greatest(wake_at, seen_at) as due_since from runs
    where status = any (array['queued', 'running']) and wake_at <= clock_timestamp()
      and (lease_until is null or lease_until <= clock_timestamp())
      and not (id = any ($3::text[]))
    order by wake_at limit 1
    for no key update skip locked)
  update runs
  set lease_holder = $1, lease_until = clock_timestamp() + $2 * interval '1 ms', leased_at = clock_timestamp(),
      epoch = greatest(runs.epoch, (select (number::bigint << 32) from incarnation)) + 1,
      worker = $1, seen_at = clock_timestamp(), worker_joined = exists (select 1 from replicas where id = $1),
      worker_since = case when runs.worker = $1 then runs.worker_since else clock_timestamp() end
  from due where runs.id = due.id
  returning runs.id, runs.epoch,
    (extract(epoch from clock_timestamp() - due.due_since) * 1000)::float8 as unattended,
    case when due.lease_holder is not null then due.lease_holder
      when due.worker <> $1 and due.worker_joined and not exists (
        select 1 from replicas p where p.id = due.worker and not pg_try_advisory_xact_lock($4, p.lock_no))
      then due.worker end as gone`;

/** `stopUnknown`: somebody asked to stop the run after this holder had claimed it. */
async function lockFenced(sql: Sql, lease: Lease): Promise<{ held: boolean; stopUnknown: boolean }> {
  const locked = await sql(
    `select stop_asked_at is not null and (leased_at is null or stop_asked_at >= leased_at) as unknown
     from runs where id = $1 and epoch = $2 for no key update`,
    [lease.runId, lease.epoch],
  );
  return { held: locked.rowCount === 1, stopUnknown: locked.rows[0]?.unknown === true };
}

function beginsStep(commit: RunCommit): boolean {
  return commit.steps?.some((step) => step.status === 'started') ?? false;
}

function isOver({ run }: RunCommit): boolean {
  return run?.status !== undefined && run.status !== 'queued' && run.status !== 'running';
}

/** Takes the run from its holder, whose epoch is worth nothing from now on, for anybody to claim. */
export async function handOver(sql: Sql, id: string): Promise<void> {
  await sql(
    `update runs set epoch = epoch + 1, lease_holder = null, lease_until = null, leased_at = null,
       wake_at = ${databaseNow}, seen_at = ${databaseNow}
     where id = $1`,
    [id],
  );
}

async function writeRun(sql: Sql, lease: Lease, commit: RunCommit, now: number): Promise<void> {
  const { values, add } = parameters();
  const sets: string[] = [];
  const { run = {} } = commit;
  if (run.status !== undefined) sets.push(`status = ${add(run.status)}`);
  if (run.plan !== undefined) sets.push(`plan = ${add(toJson(run.plan))}`);
  if (run.startedAt !== undefined) sets.push(`started_at = ${add(instant(run.startedAt))}`);
  if (run.finishedAt !== undefined) sets.push(`finished_at = ${add(instant(run.finishedAt))}`);
  if (run.verdict !== undefined) sets.push(`verdict = ${add(run.verdict)}`);
  if (run.stop !== undefined) sets.push(`stop = ${add(toJson(run.stop))}`);
  // Before the run itself: what is still active when the run ends, ends with it.
  for (const patch of commit.members ?? []) await patchMember(sql, lease.runId, patch);
  if (isOver(commit) || commit.releaseUntil !== undefined) {
    sets.push('lease_holder = null', 'lease_until = null', 'leased_at = null', 'seen_at = clock_timestamp()');
    const waitMs = Math.max(0, (commit.releaseUntil ?? now) - now);
    sets.push(`wake_at = ${databaseNow} + ${add(waitMs)}::float8 * interval '1 ms'`);
  }
  if (sets.length > 0) await sql(`update runs set ${sets.join(', ')} where id = ${add(lease.runId)}`, values);
  if (commit.newSteps) await insertSteps(sql, lease.runId, commit.newSteps);
  for (const patch of commit.steps ?? []) await patchStep(sql, lease.runId, patch);
  if (commit.checks) await upsertChecks(sql, lease.runId, commit.checks);
}

async function patchStep(sql: Sql, runId: string, patch: StepPatch): Promise<void> {
  const { values, add } = parameters();
  const sets = [`status = ${add(patch.status)}`];
  if (patch.startedAt !== undefined) sets.push(`started_at = ${add(instant(patch.startedAt))}`);
  if (patch.finishedAt !== undefined) sets.push(`finished_at = ${add(instant(patch.finishedAt))}`);
  if (patch.dueAt !== undefined) sets.push(`due_at = ${add(instant(patch.dueAt))}`);
  if (patch.note !== undefined) sets.push(`note = ${add(patch.note)}`);
  if (patch.attempt) sets.push('attempts = attempts + 1');
  const where = `where run_id = ${add(runId)} and ordinal = ${add(patch.ordinal)}`;
  const patched = await sql(`update run_steps set ${sets.join(', ')} ${where}`, values);
  if (patched.rowCount === 0) throw new Error(`run ${runId} has no step ${patch.ordinal}`);
}
