import { formatDuration } from '../decision/format.ts';
import type { StepPatch } from '../ports/run-store.ts';
import type { RunStep, StepOutcome } from './run.ts';

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
