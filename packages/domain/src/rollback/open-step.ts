import type { RunStep } from './run.ts';
import type { StepKind } from './step.ts';

/** The step a run is at: the first that is neither applied nor skipped; undefined when none is left. */
export function openStep(steps: readonly RunStep[]): RunStep | undefined {
  return [...steps]
    .sort((a, b) => a.ordinal - b.ordinal)
    .find((step) => step.status !== 'applied' && step.status !== 'skipped');
}

/** Kinds that look, rehearse or tell, and leave what serves as it was. The others change the world. */
const onlyLooking: Record<StepKind, boolean> = {
  'rehearse-template': true,
  'set-template': false,
  'wait-until-stable': true,
  'set-weight': false,
  'switch-selector': false,
  'set-flag': false,
  'stop-writers': false,
  'migrate-to': false,
  'run-fix-up': false,
  'start-writers': false,
  'apply-infrastructure': false,
  'ensure-commit-reverted': false,
  'wait-for-sync': true,
  notify: true,
  verify: true,
};

/** Kinds that change the world. */
export const changingKinds = (Object.keys(onlyLooking) as StepKind[]).filter((kind) => !onlyLooking[kind]);

export function onlyLooks({ planned }: Pick<RunStep, 'planned'>): boolean {
  return onlyLooking[planned.step.kind];
}

/** Nothing of the step can still be on its way to the world: it was not begun, it has ended, or it only looks. */
export function isSettled(step: RunStep): boolean {
  return (step.status !== 'started' && step.status !== 'waiting') || onlyLooks(step);
}

/** Whether a step has changed the world, or may have. */
export function hasChangedWorld(steps: readonly RunStep[]): boolean {
  return steps.some((step) => !onlyLooks(step) && (step.status === 'applied' || step.attempts > 0));
}
