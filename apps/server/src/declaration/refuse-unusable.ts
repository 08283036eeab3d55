import type { MetricSource, RollbackTrigger } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import { refuse } from './declaration-faults.ts';
import { type Trial, tryTriggers } from './try-triggers.ts';

interface TrialDependencies {
  metrics: MetricSource;
  clock: Clock;
  settings: { clusterDeadlineMs: number };
}

/** Tries triggers before they are saved: refuses what could never act, returns what is doubtful. */
export async function refuseUnusable(
  { metrics, clock, settings }: TrialDependencies,
  triggers: readonly RollbackTrigger[],
  trials: readonly Trial[],
): Promise<string[]> {
  const signal = AbortSignal.timeout(settings.clusterDeadlineMs);
  const { faults, warnings } = await tryTriggers(metrics, { triggers, trials, at: clock.now(), signal });
  refuse(faults);
  return warnings;
}
