import { defaultBrakes, defaultStandingMs } from '@lastgood/domain';
import type { Judging } from './judging.ts';

/** As the seed judges. */
export const aJudging: Judging = {
  intervalMs: 15_000,
  standingMs: defaultStandingMs,
  outageToleranceMs: 5 * 60_000,
  offsetMs: 0,
  brakes: defaultBrakes,
};
