import { contractOf } from './contract-of.ts';
import type { RunStep } from './run.ts';

/** The step a run is at: the first that is neither applied nor skipped; undefined when none is left. */
export function openStep(steps: readonly RunStep[]): RunStep | undefined {
  return [...steps]
    .sort((a, b) => a.ordinal - b.ordinal)
    .find((step) => step.status !== 'applied' && step.status !== 'skipped');
}

/** The step looks, rehearses or tells; any other changes the world. */
export function onlyLooks({ planned }: Pick<RunStep, 'planned'>): boolean {
  return contractOf(planned.step).looksOnly !== null;
}

/** The step proves that the rollback works. */
export function isProof({ planned }: Pick<RunStep, 'planned'>): boolean {
  return contractOf(planned.step).isProof === true;
}

/** Nothing of the step can still be on its way to the world: it was not begun, it has ended, or it only looks. */
export function isSettled(step: RunStep): boolean {
  return (step.status !== 'started' && step.status !== 'waiting') || onlyLooks(step);
}

/** Whether a step has changed the world, or may have. */
export function hasChangedWorld(steps: readonly RunStep[]): boolean {
  return steps.some((step) => !onlyLooks(step) && (step.status === 'applied' || step.attempts > 0));
}
