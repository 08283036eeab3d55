import { instantAfter } from '../instant-after.ts';
import { formatSpan } from '../trigger/format.ts';
import { contractOf } from './contract-of.ts';
import { isProof } from './open-step.ts';
import type { RunStep, StepOutcome } from './run.ts';
import type { RunCommit, StepPatch } from './run-commit.ts';

/**
 * No step is given longer, whatever number its plan has: a day for the slowest check and two hours around it. A person who has
 * asked to stop the run waits for a step that may be on its way.
 */
const longestStepMs = 26 * 60 * 60_000;

/**
 * Waiting past the step's limit is a failure in words, the time in which Lastgood was away not counted; everything else stays what it was. A wait ends at the limit at the
 * latest, so that the step is woken then: how long an outside asks to wait, as any number, decides nothing.
 */
export function limitOutcome(step: RunStep, outcome: StepOutcome, now: number): StepOutcome {
  const startToCloseMs = Math.min(step.planned.limits.startToCloseMs, longestStepMs);
  if (outcome.kind !== 'waiting') return outcome;
  const limitAt = instantAfter(step.startedAt ?? now, startToCloseMs + (step.awayMs ?? 0));
  if (now < limitAt) {
    const until = outcome.until >= 0 ? Math.min(outcome.until, limitAt) : now;
    return until === outcome.until ? outcome : { ...outcome, until };
  }
  return {
    kind: 'failed',
    reason: `Not finished within ${formatSpan(startToCloseMs)}; last seen: ${outcome.note}`,
    advice: 'Look at what it waits for, then resume: the run goes on from this step.',
    ...saysNothingOfTarget(step),
  };
}

/**
 * A step that nobody could begin for longer than its limit fails instead of acting on a world that has moved on; null when it
 * may begin. One that was begun before is resumed by a person, who has looked.
 *
 * @param unattendedMs how long the run was due and nobody worked on it, by the database's clock
 */
export function startLimitOutcome(step: RunStep, unattendedMs: number): StepOutcome | null {
  const { scheduleToStartMs } = step.planned.limits;
  if (step.attempts > 0 || unattendedMs < scheduleToStartMs) return null;
  return {
    kind: 'failed',
    reason: `Nobody could begin it for ${formatSpan(unattendedMs)} (limit ${formatSpan(scheduleToStartMs)}).`,
    advice: 'Look whether the rollback is still wanted, then resume: the run goes on from this step.',
    ...saysNothingOfTarget(step),
  };
}

/** A proof that ran out of time has found nothing against the target. */
function saysNothingOfTarget(step: RunStep): { isUnproven?: true } {
  return isProof(step) ? { isUnproven: true } : {};
}

/** The row of a step after one attempt. */
export function recordStep(step: RunStep, outcome: StepOutcome, now: number): StepPatch {
  switch (outcome.kind) {
    case 'applied':
      return { ordinal: step.ordinal, status: 'applied', finishedAt: now, dueAt: null, note: outcome.note };
    case 'waiting':
      return { ordinal: step.ordinal, status: 'waiting', dueAt: outcome.until, note: outcome.note };
    case 'failed':
      if (contractOf(step.planned.step).mayFail)
        return {
          ordinal: step.ordinal,
          status: 'skipped',
          finishedAt: now,
          dueAt: null,
          note: outcome.reason,
        };
      return { ordinal: step.ordinal, status: 'failed', finishedAt: now, dueAt: null, note: outcome.reason };
  }
}

/** The row of a step once patches were written, in their order; those of other steps leave it as it is. */
export function patchedStep(step: RunStep, patches: readonly StepPatch[]): RunStep {
  let patched = step;
  for (const { ordinal, attempt, ...patch } of patches)
    if (ordinal === step.ordinal)
      patched = { ...patched, ...patch, attempts: patched.attempts + (attempt ? 1 : 0) };
  return patched;
}

/** Whether the effect of a step may be sent once this is written. */
export function beginsStep({ steps = [], newSteps = [] }: Pick<RunCommit, 'steps' | 'newSteps'>): boolean {
  return [...steps, ...newSteps].some(({ status }) => status === 'started');
}
