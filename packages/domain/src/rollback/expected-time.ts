import { contractOf } from './contract-of.ts';
import type { StepKind } from './step.ts';

/** Median of this service's own former runs, else what is usual for the kind. */
export function expectedStepMs(kind: StepKind, durations: Partial<Record<StepKind, number[]>>): number {
  const own = [...(durations[kind] ?? [])].sort((a, b) => a - b);
  return own[Math.floor(own.length / 2)] ?? contractOf({ kind }).usualMs;
}
