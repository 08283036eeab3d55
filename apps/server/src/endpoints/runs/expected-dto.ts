import type { Estimate, PlannedStep } from '@lastgood/domain';
import { seconds } from '../../wire/instant.ts';
import type * as wire from './plan-schema.ts';

/** Null where it is not known, or was planned before its source was kept. */
export function estimateOf({ expectedMs, estimate }: PlannedStep): Estimate | null {
  return expectedMs === null || !estimate ? null : { ms: expectedMs, ...estimate };
}

export function toExpectedDto(estimate: Estimate): wire.Expected;
export function toExpectedDto(estimate: Estimate | null): wire.Expected | null;
export function toExpectedDto(estimate: Estimate | null): wire.Expected | null {
  return estimate && { seconds: seconds(estimate.ms), from: estimate.from, runs: estimate.runs };
}
