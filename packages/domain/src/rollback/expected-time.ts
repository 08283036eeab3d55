import type { VerificationCheck } from '../verification/checks/index.ts';
import { contractOf } from './contract-of.ts';
import { type Estimate, estimateSources } from './estimate.ts';
import type { StepKind } from './step.ts';

/** How long applied steps of each kind took, in milliseconds. */
export type StepDurations = Partial<Record<StepKind, number[]>>;

/** What former rollbacks took: those of the service itself, and of others of its strategy in its environment. */
export interface KnownDurations {
  service: StepDurations;
  environment: StepDurations;
}

/**
 * The median of this service's own former runs; else that of other services' in its environment; else what is usual.
 *
 * @param usualMs where that is known better than what is usual for the kind
 */
export function expectedStep(
  kind: StepKind,
  durations: KnownDurations,
  usualMs: number | null = null,
): Estimate {
  for (const from of ['service', 'environment'] as const) {
    const own = [...(durations[from][kind] ?? [])].sort((a, b) => a - b);
    const median = own[Math.floor(own.length / 2)];
    if (median !== undefined) return { ms: median, from, runs: own.length };
  }
  return { ms: usualMs ?? contractOf({ kind }).usualMs, from: 'prior', runs: 0 };
}

type Often = Pick<VerificationCheck, 'passes' | 'everyMs'>;

/** What a verification needs at the least: its checks are asked side by side, each as often as it must pass in a row. */
export function quickestPassMs(checks: readonly Often[]): number | null {
  if (checks.length === 0) return null;
  return Math.max(...checks.map(({ passes, everyMs }) => Math.max(1, passes - 1) * everyMs));
}

/** Of steps one after the other: the sum, from the weakest of their sources; null where one is not known. */
export function expectedTotal(estimates: readonly (Estimate | null)[]): Estimate | null {
  if (estimates.length === 0) return null;
  let [ms, source, runs] = [0, 0, Number.POSITIVE_INFINITY];
  for (const one of estimates) {
    if (one === null) return null;
    ms += one.ms;
    source = Math.max(source, estimateSources.indexOf(one.from));
    runs = Math.min(runs, one.runs);
  }
  return { ms, from: estimateSources[source] ?? 'prior', runs };
}
