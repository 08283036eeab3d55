import type { Brakes, ReadPace } from '@lastgood/domain';
import type { Config } from '../../config/config.ts';

/** By what deployments are judged. */
export interface Judging extends ReadPace {
  outageToleranceMs: number;
  brakes: Brakes;
}

export function judgingOf({ evaluator, brakes }: Pick<Config, 'evaluator' | 'brakes'>): Judging {
  return {
    intervalMs: evaluator.intervalMs,
    standingMs: evaluator.standingMs,
    outageToleranceMs: evaluator.outageToleranceMs,
    brakes: {
      maxAutomaticPerHour: brakes.maxAutomaticPerHour,
      maxTrippedPerSlot: brakes.maxServicesPerSlot,
    },
  };
}
