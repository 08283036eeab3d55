import {
  type CommandedRun,
  patchedStep,
  queuedEvents,
  type Run,
  type RunChange,
  type RunCommands,
} from '@lastgood/domain';
import { withMembers } from './members.ts';
import type { RowLocks } from './row-locks.ts';
import { handedOver } from './run-store.ts';
import { overtakenBy, type RunRow, type StoreWorld } from './world.ts';
import { insertEvents, type WriteContext, writeCommit } from './write-commit.ts';

export interface RunCommandOptions {
  context: () => WriteContext;
  locks: RowLocks;
  tellReplicas: () => void;
}

export function createInMemoryRunCommands(
  world: StoreWorld,
  { context, locks, tellReplicas }: RunCommandOptions,
): RunCommands {
  return {
    async queueRun(run) {
      if (world.runs.has(run.id)) return { kind: 'queued' };
      const services = run.members?.map((member) => member.service) ?? [run.service];
      const active = activeRun(services);
      if (active) return { kind: 'active', run: active };
      writeCommit(world, { newRuns: [run] }, context());
      const release = (id: string) => world.deployments.get(id)?.deployment;
      insertEvents(world, queuedEvents(run, release));
      tellReplicas();
      return { kind: 'queued' };
    },
    /** Under the row's lock, as it stands when whoever writes it has ended. */
    async command(id, judge) {
      const release = await locks.take(id);
      try {
        const row = world.runs.get(id);
        if (!row) return { kind: 'not-found' };
        const verdict = judge(seen(row));
        if (verdict.kind !== 'change') return verdict;
        write(row, verdict.change);
        tellReplicas();
        return { kind: 'done' };
      } finally {
        release();
      }
    },
  };

  function activeRun(services: readonly string[]): Run | null {
    const rows = services.map((service) => context().activeRunOf(world, service));
    return rows.find((row) => row !== null)?.run ?? null;
  }

  function seen(row: RunRow): CommandedRun {
    const { run, steps } = row;
    const left = (run.members ?? [run]).filter(({ status }) => status !== 'done');
    const other = activeRun(left.map(({ service }) => service));
    return {
      run,
      steps,
      otherActive: other && other.id !== run.id ? other.id : null,
      overtakenBy: row.run.status === 'stopped' ? overtakenBy(world, row) : null,
      isBeforeStart: row.notBefore > context().now,
    };
  }

  function write(row: RunRow, change: RunChange): void {
    const { now } = context();
    const run = withMembers({ ...row.run, ...change.run }, row.run.status, []);
    const { stopAsked } = change.run;
    // Runs stand in the order in which they were queued or taken up again.
    if (change.worker === 'begins-anew') world.runs.delete(run.id);
    world.runs.set(run.id, {
      ...row,
      run,
      steps: row.steps.map((step) => patchedStep(step, change.steps)),
      checks: change.dropsChecks ? [] : row.checks,
      stopAskedAt: stopAsked === undefined ? row.stopAskedAt : stopAsked && now,
      ...(run.status === 'cancelled' ? { holder: null, leaseUntil: null } : {}),
      ...workerAfter(row, change.worker, now),
    });
    insertEvents(world, [change.event]);
  }
}

function workerAfter(row: RunRow, worker: RunChange['worker'], now: number): Partial<RunRow> {
  switch (worker) {
    case 'goes-on':
      return {};
    case 'is-woken':
      return row.holder === null ? { wakeAt: now } : {};
    case 'is-replaced':
      return handedOver(row, now);
    case 'begins-anew':
      return { holder: null, leaseUntil: null, wakeAt: now, notBefore: now, seenAt: now };
  }
}
