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

/**
 * Whether a step has changed the world, or may have.
 *
 * @param reached whether it is applied, or its effect is or may be out there
 */
export function mayHaveChanged(step: Pick<RunStep, 'planned'>, reached: boolean): boolean {
  return reached && !onlyLooks(step);
}

/** The same of a whole run, by its rows alone: they do not say what an attempt sent, so each may have. */
export function hasChangedWorld(steps: readonly RunStep[]): boolean {
  return steps.some((step) => mayHaveChanged(step, step.status === 'applied' || step.attempts > 0));
}

/** After the step other code serves: it sets the code, or leads the traffic to other code. */
export function changesWhatServes({ planned }: Pick<RunStep, 'planned'>): boolean {
  const { family } = contractOf(planned.step);
  return family === 'code' || family === 'traffic';
}

/** Once it and its like are applied, what the run returns to serves: it changes what serves, or waits until that is in place. */
export function bringsServing(step: Pick<RunStep, 'planned'>): boolean {
  return changesWhatServes(step) || contractOf(step.planned.step).checks !== undefined;
}
