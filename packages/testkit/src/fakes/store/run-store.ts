import {
  beginsStep,
  type ClaimedMember,
  type ClaimedRun,
  isActive,
  type Lease,
  laneOf,
  patchedStep,
  type Run,
  type RunCommit,
  type RunStore,
  rollbackDeploymentId,
  withChecks,
} from '@lastgood/domain';
import { withMembers } from './members.ts';
import type { RowLocks } from './row-locks.ts';
import type { RunRow, StoreWorld } from './world.ts';
import { type WriteContext, writeCommit } from './write-commit.ts';

/** What a test may break in the run store, to see whether somebody notices. */
export type RunStoreFault =
  /** The fence looks whether the epoch matches instead of locking the row where it does. */
  | 'fence-by-exists'
  /** A lease is judged by the clock of whoever claims. */
  | 'local-clock-lease'
  /** A replica may claim a run it is executing. */
  | 'self-reclaim'
  /** A run without an open step is not handed out, so that nobody finishes it. */
  | 'no-finisher'
  /** The unique index over active runs is missing. */
  | 'two-active-runs'
  /** A holder that does not know of a stop is not hindered. */
  | 'stop-unheard';

/** A write of a run or a claim as it came true, for whoever checks that no rule was broken. */
export type RunStoreFact =
  | { kind: 'claimed'; runId: string; replica: string; epoch: number; early: boolean; twice: boolean }
  | { kind: 'written'; runId: string; epoch: number; current: number; commit: RunCommit };

export interface RunStoreOptions {
  context: (callerNow: number) => WriteContext;
  /** The database's clock, and the caller's. */
  now: () => number;
  callerNow: (replica: string) => number;
  /** Time that passes inside a transaction, after its fence and before its end. */
  inTransaction: () => Promise<void>;
  locks: RowLocks;
  planted: ReadonlySet<RunStoreFault>;
  onFact: (fact: RunStoreFact) => void;
  tellReplicas: () => void;
}

/**
 * Runs under READ COMMITTED: a statement sees what was committed when it began; a row locked by another transaction is
 * waited for and then seen anew; a claim skips it.
 */
export function createInMemoryRunStore(world: StoreWorld, options: RunStoreOptions): RunStore {
  const { planted, locks } = options;

  return {
    async claim(replica, leaseMs, executing, full = []) {
      const now = planted.has('local-clock-lease') ? options.callerNow(replica) : options.now();
      const due = [...world.runs.values()]
        .filter((row) => isClaimable(row, now, planted, executing) && !locks.isHeld(row.run.id))
        .filter(({ run }) => !clustersToGo(world, run).some((cluster) => full.includes(cluster)))
        .sort((a, b) => a.wakeAt - b.wakeAt)[0];
      if (!due) return null;
      const epoch = due.epoch + 1;
      const runId = due.run.id;
      const early = due.leaseUntil !== null && due.leaseUntil > options.now();
      options.onFact({ kind: 'claimed', runId, replica, epoch, early, twice: executing.includes(runId) });
      const mine = {
        holder: replica,
        leaseUntil: now + leaseMs,
        leasedAt: options.now(),
        seenAt: options.now(),
      };
      world.runs.set(runId, { ...due, ...mine, epoch });
      const takenOverFrom = due.holder === replica ? null : due.holder;
      const unattendedMs = Math.max(0, options.now() - Math.max(due.wakeAt, due.seenAt));
      return claimed(world, { runId, epoch, replica, leaseMs }, takenOverFrom, unattendedMs);
    },
    async renew({ runId, epoch, replica, leaseMs }) {
      const release = await locks.take(runId);
      try {
        const now = planted.has('local-clock-lease') ? options.callerNow(replica) : options.now();
        const row = rowOf(world, runId);
        if (row.epoch !== epoch || row.holder !== replica || (row.leaseUntil ?? 0) <= now) return false;
        world.runs.set(runId, { ...row, leaseUntil: now + leaseMs, seenAt: options.now() });
        return true;
      } finally {
        release();
      }
    },
    async commit(lease, commit) {
      const callerNow = options.callerNow(lease.replica);
      const fenced = planted.has('fence-by-exists') ? async () => () => {} : () => locks.take(lease.runId);
      const release = await fenced();
      try {
        const row = rowOf(world, lease.runId);
        if (row.epoch !== lease.epoch) return false;
        const stopUnknown =
          !planted.has('stop-unheard') && row.stopAskedAt !== null && row.stopAskedAt >= (row.leasedAt ?? 0);
        await options.inTransaction();
        const begins = beginsStep(commit);
        if (!stopUnknown || !begins) write(lease, commit, callerNow);
        if (stopUnknown) handOver(lease.runId);
        return !(stopUnknown && begins);
      } finally {
        release();
      }
    },
  };

  /** To be claimed by somebody who knows that it is to stop. */
  function handOver(runId: string): void {
    const row = rowOf(world, runId);
    if (row.run.status !== 'queued' && row.run.status !== 'running') return;
    world.runs.set(runId, { ...row, ...handedOver(row, options.now()) });
    options.tellReplicas();
  }

  function write(lease: Lease, commit: RunCommit, callerNow: number): void {
    const row = rowOf(world, lease.runId);
    const { runId, epoch } = lease;
    options.onFact({ kind: 'written', runId, epoch, current: row.epoch, commit });
    const context = options.context(callerNow);
    world.runs.set(runId, patched(row, commit, context));
    writeCommit(world, commit, context);
    if (commit.releaseUntil !== undefined && commit.releaseUntil <= callerNow) options.tellReplicas();
  }
}

/** A run that was taken from its holder, whose epoch is worth nothing from now on. */
export function handedOver({ epoch }: RunRow, now: number): Partial<RunRow> {
  return { epoch: epoch + 1, holder: null, leaseUntil: null, leasedAt: null, wakeAt: now, seenAt: now };
}

function isClaimable(
  row: RunRow,
  now: number,
  planted: ReadonlySet<RunStoreFault>,
  executing: readonly string[],
): boolean {
  const { run, steps, wakeAt, leaseUntil } = row;
  if (run.status !== 'queued' && run.status !== 'running') return false;
  if (wakeAt > now || (leaseUntil !== null && leaseUntil > now)) return false;
  if (executing.includes(run.id) && !planted.has('self-reclaim')) return false;
  const open = steps.some((step) => step.status !== 'applied' && step.status !== 'skipped');
  return !planted.has('no-finisher') || steps.length === 0 || open;
}

/** Those of the services that the run still has to do with. */
function clustersToGo(world: StoreWorld, { service, members }: Run): string[] {
  const keys = members?.filter(isActive).map((one) => one.service) ?? [service];
  return keys.flatMap((key) => world.services.get(key)?.cluster ?? []);
}

function rowOf(world: StoreWorld, runId: string): RunRow {
  const row = world.runs.get(runId);
  if (!row) throw new Error(`there is no run ${runId}`);
  return row;
}

function patched(row: RunRow, commit: RunCommit, { now, callerNow }: WriteContext): RunRow {
  const run = withMembers({ ...row.run, ...commit.run }, row.run.status, commit.members ?? []);
  const over = run.status !== 'queued' && run.status !== 'running';
  const released = over || commit.releaseUntil !== undefined;
  const before = commit.newSteps ?? row.steps;
  const patches = commit.steps ?? [];
  const missing = patches.find((patch) => !before.some((step) => step.ordinal === patch.ordinal));
  if (missing) throw new Error(`run ${run.id} has no step ${missing.ordinal}`);
  const steps = before.map((step) => patchedStep(step, patches));
  return {
    ...row,
    run,
    steps,
    checks: commit.checks ? withChecks(row.checks, commit.checks) : row.checks,
    ...(released
      ? {
          holder: null,
          leaseUntil: null,
          leasedAt: null,
          seenAt: now,
          wakeAt: now + Math.max(0, (commit.releaseUntil ?? callerNow) - callerNow),
        }
      : {}),
  };
}

function claimed(
  world: StoreWorld,
  lease: Lease,
  takenOverFrom: string | null,
  unattendedMs: number,
): ClaimedRun {
  const { run, steps, checks } = rowOf(world, lease.runId);
  const members = run.members && {
    members: run.members.map(({ lane }) => surroundings(world, laneOf(run, lane))),
  };
  return {
    ...{ lease, run, steps, checks, takenOverFrom, unattendedMs },
    ...surroundings(world, askedFor(run)),
    ...members,
  };
}

/** A group's run as the member sees it that it was asked for. */
function askedFor(run: Run): Run {
  const member = run.members?.find((one) => one.deploymentId === run.deploymentId);
  return member ? laneOf(run, member.lane) : run;
}

function surroundings(world: StoreWorld, of: Run): ClaimedMember {
  const service = world.services.get(of.service);
  const deployment = world.deployments.get(of.deploymentId)?.deployment;
  const target = world.deployments.get(of.targetDeploymentId)?.deployment;
  if (!service || !deployment || !target) throw new Error(`run ${of.id} names what is not stored`);
  return { service, deployment, target, isRecorded: world.deployments.has(rollbackDeploymentId(of)) };
}
