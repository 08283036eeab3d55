import type { MetricSource, Rollout } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import { refuse } from './declaration-faults.ts';
import { type DeclaredQuery, type Trial, tryQueries } from './try-queries.ts';

interface TrialDependencies {
  metrics: MetricSource;
  ports: { rollout: Pick<Rollout, 'clusters'> };
  clock: Clock;
  settings: { clusterDeadlineMs: number };
}

/** Tries queries before they are saved: refuses what could never be judged, returns what is doubtful. */
export async function refuseUnusable(
  { metrics, ports, clock, settings }: TrialDependencies,
  queries: readonly DeclaredQuery[],
  trials: readonly Trial[],
): Promise<string[]> {
  const signal = AbortSignal.timeout(settings.clusterDeadlineMs);
  const clusters = ports.rollout.clusters();
  const tried = await tryQueries(metrics, { queries, trials, clusters, at: clock.now(), signal });
  refuse(tried.faults);
  return tried.warnings;
}
