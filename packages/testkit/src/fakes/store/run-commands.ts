import type { Commit, Run } from '@lastgood/domain';
import { activeRunOf, type StoreWorld } from './world.ts';
import { insertEvents, type WriteContext, writeCommit } from './write-commit.ts';

export type QueueResult = { kind: 'queued'; run: Run } | { kind: 'active'; run: Run };

/** What a person does to a run. */
export interface InMemoryRunCommands {
  queue(run: Run, beside?: Commit): Promise<QueueResult>;
  undo(id: string, by: string): Promise<{ kind: 'undone' | 'too-late'; run: Run } | { kind: 'not-found' }>;
  resume(
    id: string,
    by: string,
  ): Promise<{ kind: 'resumed' | 'not-stopped' | 'active'; run: Run } | { kind: 'not-found' }>;
}

export interface RunCommandOptions {
  context: () => WriteContext;
  announce: () => void;
}

export function createInMemoryRunCommands(
  world: StoreWorld,
  { context, announce }: RunCommandOptions,
): InMemoryRunCommands {
  return {
    async queue(run, beside = {}) {
      const known = world.runs.get(run.id);
      if (known) return { kind: 'queued', run: known.run };
      const active = activeRunOf(world, run.service);
      if (active) return { kind: 'active', run: active.run };
      writeCommit(world, { ...beside, newRuns: [run] }, context());
      announce();
      return { kind: 'queued', run };
    },
    async undo(id, by) {
      const row = world.runs.get(id);
      if (!row) return { kind: 'not-found' };
      const { now } = context();
      if (row.run.status !== 'queued' || row.notBefore <= now)
        return { kind: row.run.status === 'cancelled' ? 'undone' : 'too-late', run: row.run };
      const run: Run = { ...row.run, status: 'cancelled', finishedAt: now };
      world.runs.set(id, { ...row, run, holder: null, leaseUntil: null });
      say(run, 'rollback.undone', `${by} undid the rollback before it began`, by, now);
      return { kind: 'undone', run };
    },
    async resume(id, by) {
      const row = world.runs.get(id);
      if (!row) return { kind: 'not-found' };
      if (row.run.status !== 'stopped') return { kind: 'not-stopped', run: row.run };
      const active = activeRunOf(world, row.run.service);
      if (active) return { kind: 'active', run: active.run };
      const { now } = context();
      const run: Run = { ...row.run, status: 'queued', stop: null, verdict: null, finishedAt: null };
      const steps = row.steps.map((step) =>
        step.status === 'applied' || step.status === 'skipped'
          ? step
          : { ...step, status: 'pending' as const, startedAt: null, finishedAt: null, dueAt: null },
      );
      world.runs.set(id, {
        ...row,
        run,
        steps,
        checks: [],
        holder: null,
        leaseUntil: null,
        wakeAt: now,
        notBefore: now,
      });
      say(run, 'rollback.resumed', `${by} resumed the rollback`, by, now);
      announce();
      return { kind: 'resumed', run };
    },
  };

  function say(run: Run, type: 'rollback.undone' | 'rollback.resumed', text: string, by: string, at: number) {
    insertEvents(world, [
      { type, at, service: run.service, deploymentId: run.deploymentId, runId: run.id, text, data: { by } },
    ]);
  }
}
