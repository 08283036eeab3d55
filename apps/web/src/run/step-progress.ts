import type { Run, RunStepView } from '@lastgood/api-client';

/** Seconds a step has taken until now (epoch ms); null when it has not begun. */
export function stepElapsed(step: RunStepView, now: number): number | null {
  if (!step.startedAt) return null;
  if (step.finishedAt) return step.elapsedSeconds;
  return Math.max(0, (now - Date.parse(step.startedAt)) / 1000 - step.awaySeconds);
}

/** Seconds of work of a run until now, without its pauses and without the time that Lastgood was away; null before its start. */
export function runElapsed(
  run: Pick<Run, 'startedAt' | 'finishedAt' | 'workedSeconds' | 'pausedSeconds' | 'awaySeconds'>,
  now: number,
): number | null {
  if (!run.startedAt) return null;
  // While it runs the server's duration is as old as its answer.
  if (run.finishedAt && run.workedSeconds !== null) return run.workedSeconds;
  const passed = ((run.finishedAt ? Date.parse(run.finishedAt) : now) - Date.parse(run.startedAt)) / 1000;
  return Math.max(0, passed - run.pausedSeconds - run.awaySeconds);
}

/** Seconds the whole run should take; null as soon as one step cannot say, because a part is no promise. */
export function expectedTotal(steps: readonly Pick<RunStepView, 'expectedSeconds'>[]): number | null {
  let total = 0;
  for (const { expectedSeconds } of steps) {
    if (expectedSeconds === null) return null;
    total += expectedSeconds;
  }
  return steps.length === 0 ? null : total;
}

/** Milliseconds until a queued run starts at `now`; null when it cannot be undone any more. */
export function undoLeftMs(run: Pick<Run, 'status' | 'startsAt'>, now: number): number | null {
  if (run.status !== 'queued') return null;
  const left = Date.parse(run.startsAt) - now;
  return left > 0 ? left : null;
}
