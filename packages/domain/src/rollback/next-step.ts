import type { Run, RunStep } from './run.ts';

/** What a worker that holds the run should do now. */
export type NextMove =
  | { kind: 'prepare' }
  | { kind: 'sleep'; until: number }
  | { kind: 'apply'; step: RunStep }
  /** Every step is applied: conclude the run. Also found on a claim, when a crash came between the two. */
  | { kind: 'finish' }
  | { kind: 'nothing' };

/** Steps are applied strictly in order; a step that was started and not recorded is applied again (it reads before it writes). */
export function nextStep(
  run: Pick<Run, 'status' | 'plan' | 'startsAt'>,
  steps: readonly RunStep[],
  now: number,
): NextMove {
  if (run.status !== 'queued' && run.status !== 'running') return { kind: 'nothing' };
  if (now < run.startsAt) return { kind: 'sleep', until: run.startsAt };
  if (!run.plan) return { kind: 'prepare' };
  const open = [...steps]
    .sort((a, b) => a.ordinal - b.ordinal)
    .find((step) => step.status !== 'applied' && step.status !== 'skipped');
  if (!open) return { kind: 'finish' };
  if (open.status === 'failed') return { kind: 'nothing' };
  if (open.status === 'waiting' && open.dueAt !== null && now < open.dueAt)
    return { kind: 'sleep', until: open.dueAt };
  return { kind: 'apply', step: open };
}
