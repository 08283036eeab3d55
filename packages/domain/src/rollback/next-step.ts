import type { Run, RunStep } from './run.ts';

/** What a worker that holds the run should do now. */
export type NextMove =
  | { kind: 'prepare' }
  | { kind: 'apply'; step: RunStep }
  /** Every step is applied: conclude the run. Also found on a claim, when a crash came between the two. */
  | { kind: 'finish' }
  | { kind: 'nothing' };

/**
 * Steps are applied strictly in order; a step that was started and not recorded is applied again (it reads before it
 * writes). Whether the run is due is not asked here: the store hands out only what is due by the database's clock, and
 * a replica whose own clock is slow must not wait again.
 */
export function nextStep(run: Pick<Run, 'status' | 'plan'>, steps: readonly RunStep[]): NextMove {
  if (run.status !== 'queued' && run.status !== 'running') return { kind: 'nothing' };
  if (!run.plan) return { kind: 'prepare' };
  const open = [...steps]
    .sort((a, b) => a.ordinal - b.ordinal)
    .find((step) => step.status !== 'applied' && step.status !== 'skipped');
  if (!open) return { kind: 'finish' };
  return open.status === 'failed' ? { kind: 'nothing' } : { kind: 'apply', step: open };
}
