import {
  type EventType,
  isSkippedVerification,
  outlookOf,
  type Run,
  type RunCommand,
  stepInProgress,
} from '@lastgood/domain';
import { withMembers } from './members.ts';
import type { RowLocks } from './row-locks.ts';
import { handedOver } from './run-store.ts';
import { overtakenBy, type RunRow, type StoreWorld } from './world.ts';
import { insertEvents, type WriteContext, writeCommit } from './write-commit.ts';

export type QueueResult = { kind: 'queued' } | { kind: 'active'; run: Run };

export type RunCommandResult = { kind: 'done' } | { kind: 'not-found' } | { kind: 'refused'; reason: string };

/** What a person does to a run. */
export interface InMemoryRunCommands {
  /** The same id again is the same run. */
  queueRun(run: Run): Promise<QueueResult>;
  undoRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  resumeRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  retryRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  skipStep(
    id: string,
    step: { ordinal: number; reason: string },
    by: string,
    at: number,
  ): Promise<RunCommandResult>;
  stopRun(id: string, reason: string | null, by: string, at: number): Promise<RunCommandResult>;
}

export interface RunCommandOptions {
  context: () => WriteContext;
  locks: RowLocks;
  announce: () => void;
}

const done: RunCommandResult = { kind: 'done' };

export function createInMemoryRunCommands(
  world: StoreWorld,
  { context, locks, announce }: RunCommandOptions,
): InMemoryRunCommands {
  return {
    async queueRun(run) {
      if (world.runs.has(run.id)) return { kind: 'queued' };
      const services = run.members?.map((member) => member.service) ?? [run.service];
      const active = services
        .map((service) => context().activeRunOf(world, service))
        .find((row) => row !== null);
      if (active) return { kind: 'active', run: active.run };
      writeCommit(world, { newRuns: [run] }, context());
      const { requester } = run;
      const by = requester.kind === 'automatic' ? requester.trigger : requester.name;
      say(run, 'rollback.queued', `${by} asked for a rollback`, by, run.createdAt);
      announce();
      return { kind: 'queued' };
    },
    undoRun: (id, by, at) =>
      onRow(id, (row) => {
        if (row.run.status === 'cancelled') return done;
        if (row.run.status !== 'queued' || row.notBefore <= context().now)
          return { kind: 'refused', reason: 'It has begun: nothing can be undone any more.' };
        const run = withMembers({ ...row.run, status: 'cancelled', finishedAt: at }, row.run.status, []);
        world.runs.set(id, { ...row, run, holder: null, leaseUntil: null });
        say(run, 'rollback.undone', `${by} undid the rollback before it began`, by, at);
        return done;
      }),
    resumeRun: (id, by, at) =>
      act(id, 'resume', (row) => {
        requeue(row);
        say(row.run, 'rollback.resumed', `${by} resumed the rollback`, by, at);
        return done;
      }),
    retryRun: (id, by, at) =>
      act(id, 'retry', (row) => {
        requeue(row);
        say(row.run, 'rollback.retried', `${by} tries the step again`, by, at);
        return done;
      }),
    skipStep: (id, { ordinal, reason }, by, at) =>
      act(id, 'skip', (row) => {
        if (stepInProgress(row.run, row.steps)?.ordinal !== ordinal)
          return { kind: 'refused', reason: `Step ${ordinal + 1} is not the one in progress.` };
        const left = { status: 'skipped' as const, dueAt: null, note: `left out by ${by}: ${reason}` };
        const steps = row.steps.map((step) => (step.ordinal === ordinal ? { ...step, ...left } : step));
        if (row.run.status === 'stopped') setLast(id, { ...row, ...queuedAgain(row, context().now), steps });
        else world.runs.set(id, { ...row, ...handedOver(row, context().now), steps });
        say(row.run, 'rollback.step-skipped', `${by} left out step ${ordinal + 1}: ${reason}`, by, at);
        return done;
      }),
    async stopRun(id, reason, by, at) {
      const known = world.runs.get(id)?.run;
      if (known?.stopAsked && known.status !== 'done') return done;
      return act(id, 'stop', (row) => {
        const { now } = context();
        const run: Run = { ...row.run, stopAsked: { by, at, reason } };
        const wakeAt = row.holder === null ? now : row.wakeAt;
        world.runs.set(id, { ...row, run, stopAskedAt: now, wakeAt });
        say(run, 'rollback.stop-asked', `${by} asked to stop the rollback`, by, at);
        return done;
      });
    },
  };

  /** Under the row's lock, as it stands when whoever writes it has ended. */
  async function onRow(id: string, change: (row: RunRow) => RunCommandResult): Promise<RunCommandResult> {
    const release = await locks.take(id);
    try {
      const row = world.runs.get(id);
      return row ? change(row) : { kind: 'not-found' };
    } finally {
      release();
    }
  }

  function act(
    id: string,
    command: RunCommand,
    change: (row: RunRow) => RunCommandResult,
  ): Promise<RunCommandResult> {
    return onRow(id, (row) => {
      const newer = overtakenBy(world, row)?.run.id ?? null;
      const outlook = outlookOf(command, row.run, row.steps, newer);
      if (!outlook.allowed) return { kind: 'refused', reason: outlook.whyNot };
      const left = (row.run.members ?? [row.run]).filter(({ status }) => status !== 'done');
      const services = left.map(({ service }) => service);
      if (row.run.status === 'stopped' && services.some((service) => context().activeRunOf(world, service)))
        return { kind: 'refused', reason: 'Another rollback of the service is under way.' };
      const result = change(row);
      if (result.kind === 'done') announce();
      return result;
    });
  }

  /** Runs stand in the order in which they were queued or taken up again. */
  function setLast(id: string, row: RunRow): void {
    world.runs.delete(id);
    world.runs.set(id, row);
  }

  function requeue(row: RunRow): void {
    const steps = row.steps.map((step) =>
      step.status === 'applied' || (step.status === 'skipped' && !isSkippedVerification(step))
        ? step
        : { ...step, status: 'pending' as const, startedAt: null, finishedAt: null, dueAt: null },
    );
    setLast(row.run.id, { ...row, ...queuedAgain(row, context().now), steps, checks: [] });
  }

  function say(run: Run, type: EventType, text: string, by: string, at: number) {
    const about = { service: run.service, deploymentId: run.deploymentId, runId: run.id };
    insertEvents(world, [{ type, at, ...about, text, data: { by } }]);
  }
}

function queuedAgain(row: RunRow, now: number): Partial<RunRow> {
  const status = row.run.plan ? ('running' as const) : ('queued' as const);
  const again = { status, stop: null, stopAsked: null, verdict: null, finishedAt: null };
  const run = withMembers({ ...row.run, ...again }, row.run.status, []);
  return { run, holder: null, leaseUntil: null, wakeAt: now, notBefore: now, stopAskedAt: null, seenAt: now };
}
