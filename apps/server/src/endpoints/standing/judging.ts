import type { Brakes, ReadPace } from '@lastgood/domain';
import type { Config } from '../../config/config.ts';

/** By what deployments are judged. */
export interface Judging extends ReadPace {
  outageToleranceMs: number;
  /** Triggers are asked of a moment so long before their slot. */
  offsetMs: number;
  brakes: Brakes;
}

export function judgingOf({ evaluator, brakes }: Pick<Config, 'evaluator' | 'brakes'>): Judging {
  return {
    intervalMs: evaluator.intervalMs,
    standingMs: evaluator.standingMs,
    outageToleranceMs: evaluator.outageToleranceMs,
    offsetMs: evaluator.offsetMs,
    brakes: {
      maxAutomaticPerHour: brakes.maxAutomaticPerHour,
      maxTrippedPerSlot: brakes.maxServicesPerSlot,
    },
  };
}
