import type { ReviewedSource, Rollout } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import { refuse } from './declaration-faults.ts';
import { inspectionInWords, inspectQueries } from './inspect-queries.ts';
import { type DeclaredQuery, type Trial, tryQueries } from './try-queries.ts';

interface TrialDependencies {
  metrics: ReviewedSource;
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
  const asked = { queries, trials, clusters, at: clock.now(), signal };
  const [tried, inspected] = await Promise.all([tryQueries(metrics, asked), inspectQueries(metrics, asked)]);
  refuse(tried.faults);
  return [...tried.warnings, ...inspectionInWords(inspected)];
}
