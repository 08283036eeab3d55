import type { StepKind } from './step.ts';

/** What steps take where a service has no history yet, in milliseconds; waiting from the seed's table (2-5 min). */
const priorMs: Record<StepKind, number> = {
  'rehearse-template': 1_000,
  'set-template': 1_000,
  'wait-until-stable': 150_000,
  verify: 30_000,
};

/** Median of this service's own former runs, else the prior. */
export function expectedStepMs(kind: StepKind, durations: Partial<Record<StepKind, number[]>>): number {
  const own = [...(durations[kind] ?? [])].sort((a, b) => a - b);
  return own[Math.floor(own.length / 2)] ?? priorMs[kind];
}
