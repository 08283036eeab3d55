import { formatDuration } from '../decision/format.ts';
import type { StepPatch } from '../ports/run-store.ts';
import type { Run, RunStep, StepOutcome } from './run.ts';

/** Waiting past the step's limit is a failure in words; everything else stays what it was. */
export function limitOutcome(step: RunStep, outcome: StepOutcome, now: number): StepOutcome {
  const { startToCloseMs } = step.planned.limits;
  if (outcome.kind !== 'waiting' || step.startedAt === null || now - step.startedAt < startToCloseMs)
    return outcome;
  return {
    kind: 'failed',
    reason: `Not finished within ${formatDuration(startToCloseMs)}; last seen: ${outcome.note}`,
    advice: 'Look at what it waits for, then resume: the run goes on from this step.',
  };
}

/**
 * A step that nobody could begin for longer than its limit fails instead of acting on a world that has moved on; null
 * when it may begin. A step that was begun once is resumed by a person, who has looked.
 */
export function startLimitOutcome(
  run: Pick<Run, 'startedAt'>,
  steps: readonly RunStep[],
  step: RunStep,
  now: number,
): StepOutcome | null {
  const { scheduleToStartMs } = step.planned.limits;
  const ended = steps.filter((one) => one.ordinal < step.ordinal).map((one) => one.finishedAt ?? 0);
  const dueSince = Math.max(run.startedAt ?? now, ...ended);
  if (step.attempts > 0 || now - dueSince < scheduleToStartMs) return null;
  return {
    kind: 'failed',
    reason: `Nobody could begin it for ${formatDuration(now - dueSince)} (limit ${formatDuration(scheduleToStartMs)}).`,
    advice: 'Look whether the rollback is still wanted, then resume: the run goes on from this step.',
  };
}

/** The row of a step after one attempt. */
export function recordStep(step: RunStep, outcome: StepOutcome, now: number): StepPatch {
  switch (outcome.kind) {
    case 'applied':
      return { ordinal: step.ordinal, status: 'applied', finishedAt: now, dueAt: null, note: outcome.note };
    case 'waiting':
      return { ordinal: step.ordinal, status: 'waiting', dueAt: outcome.until, note: outcome.note };
    case 'failed':
      return { ordinal: step.ordinal, status: 'failed', finishedAt: now, dueAt: null, note: outcome.reason };
  }
}
