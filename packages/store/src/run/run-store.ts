import { beginsStep, type ClaimedRun, type Lease, type RunCommit, type RunStore } from '@lastgood/domain';
import { isLeaseOver } from '../connection/lease-over.ts';
import type { Sql } from '../connection/pool.ts';
import { readable } from '../connection/readable-rows.ts';
import type { StoreContext, Topic } from '../connection/store-context.ts';
import { inTransaction, retrying } from '../connection/transaction.ts';
import { presenceClass } from '../replica/presence.ts';
import { writeCommit } from '../write/write-commit.ts';
import { type WriteContext, writeContext, writeIndependentParts } from '../write/write-independent-parts.ts';
import { loadClaimed, toClaimed } from './load-run.ts';
import { handOver } from './write-change.ts';
import { isOver, runBatch } from './write-run.ts';

/**
 * A run is due when its `wake_at` has passed on the database's clock and nobody's lease on it runs. Claiming raises its
 * epoch; every later write names the epoch and first locks the row where it still matches. The lock, not a look: under
 * READ COMMITTED a mere `exists (... epoch = $e)` passes on the snapshot from before a concurrent takeover.
 */
export function createRunStore(context: StoreContext): RunStore {
  return {
    async claim(replica, leaseMs, executing, full = []) {
      for (;;) {
        const asked = [replica, leaseMs, executing, presenceClass, full];
        const taken = await context.sql<ClaimedRow>(claimOne, asked, 'prepared');
        const [row] = taken.rows;
        if (!row) return null;
        const lease: Lease = { runId: row.id, epoch: row.epoch, replica, leaseMs };
        const loaded = await loadClaimed(context.sql, row.id);
        const read = readable(context, 'runs', row.id, () => toClaimed(loaded, row.id));
        const takenOverFrom = row.gone === replica ? null : row.gone;
        const unattendedMs = Math.max(0, row.unattended);
        if (read) return { lease, takenOverFrom, unattendedMs, ...read.value } satisfies ClaimedRun;
        await putAside(context.sql, lease);
      }
    },
    async renew(lease) {
      const renewed = await context.sql(
        `update runs set lease_until = clock_timestamp() + $4 * interval '1 ms', seen_at = clock_timestamp()
         where id = $1 and epoch = $2 and lease_holder = $3 and lease_until > clock_timestamp()`,
        [lease.runId, lease.epoch, lease.replica, lease.leaseMs],
        'prepared',
      );
      return renewed.rowCount === 1;
    },
    async commit(lease, commit) {
      const written =
        (await commitAtOnce(context, lease, commit)) ?? (await commitUnderLock(context, lease, commit));
      context.tellReplicas(written.topics);
      return written.isWritten;
    },
  };
}

interface ClaimedRow {
  id: string;
  epoch: number;
  unattended: number;
  gone: string | null;
}

interface Written {
  isWritten: boolean;
  topics: Topic[];
}

/**
 * One statement, unless a deployment is added, whose release has to be counted under a lock first, or what serves ends what was told. Null when it was not, or when
 * the fence did not hold; nothing is written then. When its answer is lost nobody knows what became of it: the run is
 * claimed again when its lease is over, and goes on from its rows.
 */
async function commitAtOnce(context: StoreContext, lease: Lease, commit: RunCommit): Promise<Written | null> {
  if (commit.newDeployments || commit.served) return null;
  const write = { lease, commit, context: writeContext(context) };
  return retrying(() => writeFenced(context.sql, write));
}

async function commitUnderLock(context: StoreContext, lease: Lease, commit: RunCommit): Promise<Written> {
  const write = { lease, commit, context: writeContext(context) };
  return inTransaction(context.pool, async (sql) => {
    const written = (await writeFenced(sql, write)) ?? (await writeLast(sql, write));
    if (!written.isWritten) return written;
    const { newDeployments = [], served = [] } = commit;
    const added = await writeCommit(sql, { newDeployments, served }, write.context);
    return { ...written, topics: [...written.topics, ...added.topics] };
  });
}

/** What a worker writes under its lease. */
interface LeasedWrite {
  lease: Lease;
  commit: RunCommit;
  context: WriteContext;
}

/** Null when the lease was lost, or, but for `evenIfStopped`, a stop was asked for that its holder does not know of. */
async function writeFenced(
  sql: Sql,
  { lease, commit, context }: LeasedWrite,
  evenIfStopped = false,
): Promise<Written | null> {
  const batch = runBatch(lease, commit, context.now, evenIfStopped);
  const topics = writeIndependentParts(batch, commit, context);
  return (await batch.send(sql)) && { isWritten: true, topics: withDueRun(commit, context.now, topics) };
}

/** Whoever does not know that the run is to stop begins no step more, and writes for the last time. */
async function writeLast(sql: Sql, write: LeasedWrite): Promise<Written> {
  const { lease, commit } = write;
  if (!(await lockFenced(sql, lease))) return { isWritten: false, topics: [] };
  const written = beginsStep(commit) ? null : await writeFenced(sql, write, true);
  if (written && isOver(commit)) return written;
  await handOver(sql, lease.runId);
  return { isWritten: written !== null, topics: [...(written?.topics ?? []), 'runs'] };
}

/** Runs that wait to be claimed again are the sweep's; only one that is due at once is worth a wake-up. */
function withDueRun({ releaseUntil }: RunCommit, now: number, topics: Topic[]): Topic[] {
  return releaseUntil !== undefined && releaseUntil <= now ? [...topics, 'runs'] : topics;
}

/**
 * `executing` is not claimed even when its lease has run out: a replica must never race against itself. A worker is gone
 * when its lease ran out in its hands, or when it put the run down to wait and nobody has its presence lock since. A run whose
 * epoch cannot be raised is left out: it would fail the claims of all others.
 */
const claimOne = `
  with due as (
    select id, lease_holder, worker, worker_joined, greatest(wake_at, seen_at) as due_since from runs
    where status = any (array['queued', 'running']) and wake_at <= clock_timestamp()
      and ${isLeaseOver} and epoch < ${Number.MAX_SAFE_INTEGER}
      and not (id = any ($3::text[]))
      and (cardinality($5::text[]) = 0 or not exists (
        select from run_members m join services s on s.key = m.service_key
        where m.run_id = runs.id and m.status = any (array['queued', 'running']) and s.cluster = any ($5::text[])))
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

/** A run that cannot be read is looked at again now and then: somebody may have mended it. */
async function putAside(sql: Sql, { runId, epoch }: Lease): Promise<void> {
  await sql(
    `update runs set lease_holder = null, lease_until = null, wake_at = clock_timestamp() + interval '1 minute'
     where id = $1 and epoch = $2`,
    [runId, epoch],
  );
}

async function lockFenced(sql: Sql, { runId, epoch }: Lease): Promise<boolean> {
  const locked = await sql('select from runs where id = $1 and epoch = $2 for no key update', [runId, epoch]);
  return locked.rowCount === 1;
}
