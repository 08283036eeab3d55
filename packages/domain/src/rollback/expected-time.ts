import type { StepKind } from './step.ts';

/**
 * What steps take where a service has no history yet, in milliseconds: a minute to stop writers, minutes for
 * pods, schemas and synchronisation, a quarter of an hour for infrastructure. Only shown, never a limit.
 */
const priorMs: Record<StepKind, number> = {
  'rehearse-template': 1_000,
  'set-template': 1_000,
  'wait-until-stable': 150_000,
  'set-weight': 5_000,
  'switch-selector': 5_000,
  'set-flag': 1_000,
  'stop-writers': 60_000,
  'migrate-to': 180_000,
  'run-fix-up': 180_000,
  'start-writers': 60_000,
  'apply-infrastructure': 900_000,
  'ensure-commit-reverted': 5_000,
  'wait-for-sync': 180_000,
  notify: 1_000,
  verify: 30_000,
};

/** Median of this service's own former runs, else the prior. */
export function expectedStepMs(kind: StepKind, durations: Partial<Record<StepKind, number[]>>): number {
  const own = [...(durations[kind] ?? [])].sort((a, b) => a - b);
  return own[Math.floor(own.length / 2)] ?? priorMs[kind];
}
