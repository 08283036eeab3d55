import type { EventType, Run } from '@lastgood/domain';
import { activeRunOf, type StoreWorld } from './world.ts';
import { insertEvents, type WriteContext, writeCommit } from './write-commit.ts';

export type QueueResult = { kind: 'queued' } | { kind: 'active'; run: Run };

export type RunCommandResult = { kind: 'done' } | { kind: 'not-found' } | { kind: 'refused'; reason: string };

/** What a person does to a run. */
export interface InMemoryRunCommands {
  /** The same id again is the same run. */
  queueRun(run: Run): Promise<QueueResult>;
  undoRun(id: string, by: string, at: number): Promise<RunCommandResult>;
  resumeRun(id: string, by: string, at: number): Promise<RunCommandResult>;
}

export interface RunCommandOptions {
  context: () => WriteContext;
  announce: () => void;
}

const done: RunCommandResult = { kind: 'done' };

export function createInMemoryRunCommands(
  world: StoreWorld,
  { context, announce }: RunCommandOptions,
): InMemoryRunCommands {
  return {
    async queueRun(run) {
      if (world.runs.has(run.id)) return { kind: 'queued' };
      const active = activeRunOf(world, run.service);
      if (active) return { kind: 'active', run: active.run };
      writeCommit(world, { newRuns: [run] }, context());
      const { requester } = run;
      const by = requester.kind === 'automatic' ? requester.trigger : requester.name;
      say(run, 'rollback.queued', `${by} asked for a rollback`, by, run.createdAt);
      announce();
      return { kind: 'queued' };
    },
    async undoRun(id, by, at) {
      const row = world.runs.get(id);
      if (!row) return { kind: 'not-found' };
      if (row.run.status === 'cancelled') return done;
      if (row.run.status !== 'queued' || row.notBefore <= context().now)
        return { kind: 'refused', reason: 'It has begun: nothing can be undone any more.' };
      const run: Run = { ...row.run, status: 'cancelled', finishedAt: at };
      world.runs.set(id, { ...row, run, holder: null, leaseUntil: null });
      say(run, 'rollback.undone', `${by} undid the rollback before it began`, by, at);
      return done;
    },
    async resumeRun(id, by, at) {
      const row = world.runs.get(id);
      if (!row) return { kind: 'not-found' };
      if (row.run.status !== 'stopped') return { kind: 'refused', reason: `It is ${row.run.status}.` };
      if (activeRunOf(world, row.run.service))
        return { kind: 'refused', reason: 'Another rollback of the service is under way.' };
      const { now } = context();
      const run: Run = { ...row.run, status: 'queued', stop: null, verdict: null, finishedAt: null };
      const steps = row.steps.map((step) =>
        step.status === 'applied' || step.status === 'skipped'
          ? step
          : { ...step, status: 'pending' as const, startedAt: null, finishedAt: null, dueAt: null },
      );
      const free = { holder: null, leaseUntil: null, wakeAt: now, notBefore: now };
      world.runs.set(id, { ...row, ...free, run, steps, checks: [] });
      say(run, 'rollback.resumed', `${by} resumed the rollback`, by, at);
      announce();
      return done;
    },
  };

  function say(run: Run, type: EventType, text: string, by: string, at: number) {
    const about = { service: run.service, deploymentId: run.deploymentId, runId: run.id };
    insertEvents(world, [{ type, at, ...about, text, data: { by } }]);
  }
}
