import type { DeploymentView, TriggerSeries } from '@lastgood/api-client';
import {
  getDeploymentReadingsQueryOptions,
  useDeploymentReadings,
  useIncidentView,
} from '@lastgood/api-client/queries';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { continuationsOf, joinPoints, storyEnd } from './chart-story.ts';

const fresh = { query: { staleTime: 30_000 } };

/** What the charts of a deployment tell: its readings, those of the rollbacks that followed, and what was done meanwhile. */
export function useChartStory({ deployment, triggers, at }: DeploymentView) {
  const readings = useDeploymentReadings(deployment.id, undefined, fresh);
  const incident = useIncidentView(deployment.id);
  const lane = incident.data?.lanes.find(({ deployments }) =>
    deployments.some(({ id }) => id === deployment.id),
  );
  const chain = useMemo(() => continuationsOf(lane, deployment.id), [lane, deployment.id]);
  const further = useQueries({
    queries: chain.map(({ id }) => getDeploymentReadingsQueryOptions(id, undefined, fresh)),
  }).map(({ data }) => data);
  const ids = useMemo(() => new Set([deployment.id, ...chain.map(({ id }) => id)]), [chain, deployment.id]);
  const runs = (lane?.spans ?? []).filter(
    ({ kind, deploymentId }) => kind === 'rollback' && ids.has(deploymentId),
  );
  const runEnds = runs.flatMap(({ to }) => (to === null ? [] : Date.parse(to)));
  const intervalSeconds = readings.data?.intervalSeconds ?? 15;
  const end = storyEnd({
    triggers,
    own: readings.data?.series ?? [],
    ownEnd: deployment.watched ? null : Date.parse(readings.data?.to ?? at),
    further: chain.map(({ startedAt, watched }, index) => ({
      ...{ startedAt: Date.parse(startedAt), watched, series: further[index]?.series ?? [] },
    })),
    runEnd: runEnds.length > 0 ? Math.max(...runEnds) : null,
    isRunActive: runs.length > runEnds.length,
    intervalMs: intervalSeconds * 1000,
  });
  const pointsOf = (name: string): TriggerSeries['points'] | undefined => {
    const of = (series: readonly TriggerSeries[] | undefined) =>
      series?.find(({ trigger }) => trigger === name)?.points;
    const own = of(readings.data?.series);
    return (
      own &&
      joinPoints(
        own,
        further.flatMap((one) => [of(one?.series) ?? []]),
      )
    );
  };
  return { readings, lane, ids, chain, end, pointsOf };
}
