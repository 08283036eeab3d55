import type { DeploymentReadings, DeploymentView, TriggerSeries } from '@lastgood/api-client';
import {
  getDeploymentReadingsQueryOptions,
  useDeploymentReadings,
  useIncidentView,
} from '@lastgood/api-client/queries';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { continuationsOf, firstRead, joinPoints, storyEnd } from './chart-story.ts';
import { beginsAt, earlierReadings, joinSeries } from './earlier-readings.ts';

const fresh = { query: { staleTime: 30_000 } };

/** Slots in which what a rollback brought is asked for again: of what is at rest the live connection tells the first reading only. */
const askedSlots = 24;

/**
 * What the charts of a deployment tell: its readings, those of the rollbacks that followed, and what was done meanwhile.
 *
 * @param isWhole from the deployment on: what one answer has no room for is asked for, too
 */
export function useChartStory({ deployment, triggers, read, at }: DeploymentView, isWhole: boolean) {
  const readings = useDeploymentReadings(deployment.id, undefined, fresh);
  const incident = useIncidentView(deployment.id);
  const lane = incident.data?.lanes.find(({ deployments }) =>
    deployments.some(({ id }) => id === deployment.id),
  );
  const chain = useMemo(() => continuationsOf(lane, deployment.id), [lane, deployment.id]);
  const intervalSeconds = readings.data?.intervalSeconds ?? 15;
  const earlier = useQuery(earlierReadings(deployment.id, readings.data?.earlierTo, isWhole)).data;
  const own = joinSeries(earlier, readings.data?.series ?? []);
  const newest = useQueries({
    queries: chain.map(({ id, isRead }) => ({
      ...getDeploymentReadingsQueryOptions(id, undefined, fresh),
      refetchInterval: ({ state }: { state: { data?: DeploymentReadings | undefined } }) =>
        !isRead || (state.data?.series ?? []).some(({ points }) => points.length >= askedSlots)
          ? false
          : 2000 * intervalSeconds,
    })),
  }).map(({ data }) => data);
  // The first ones of a rollback tell when what breached was back.
  const older = useQueries({
    queries: chain.map(({ id }, index) => earlierReadings(id, newest[index]?.earlierTo)),
  });
  const further = newest.map((one, index) => one && joinSeries(older[index]?.data, one.series));
  const ids = useMemo(() => new Set([deployment.id, ...chain.map(({ id }) => id)]), [chain, deployment.id]);
  const runs = (lane?.spans ?? []).filter(
    ({ kind, deploymentId }) => kind === 'rollback' && ids.has(deploymentId),
  );
  const runEnds = runs.flatMap(({ to }) => (to === null ? [] : Date.parse(to)));
  const end = storyEnd({
    triggers,
    own,
    ownEnd: read === 'over' ? Date.parse(readings.data?.to ?? at) : null,
    further: chain.map(({ startedAt, isRead }, index) => ({
      ...{ startedAt: Date.parse(startedAt), isRead, series: further[index] ?? [] },
    })),
    runEnd: runEnds.length > 0 ? Math.max(...runEnds) : null,
    isRunActive: runs.length > runEnds.length,
    intervalMs: intervalSeconds * 1000,
  });
  const pointsOf = (name: string): TriggerSeries['points'] | undefined => {
    const of = (series: readonly TriggerSeries[] | undefined) =>
      series?.find(({ trigger }) => trigger === name)?.points;
    const first = of(own);
    return (
      first &&
      joinPoints(
        first,
        further.flatMap((one) => [of(one) ?? []]),
      )
    );
  };
  const firsts = further.map((one) => firstRead(one ?? []) ?? '').join(' ');
  // The same array while nothing of it changes: charts are drawn anew for another one.
  const continuations = useMemo(() => {
    const at = firsts.split(' ');
    return chain.map(({ version, release }, index) => ({
      ...{ version, release, readFrom: at[index] ? Number(at[index]) : null },
    }));
  }, [chain, firsts]);
  return {
    readings,
    begins: beginsAt(readings.data, earlier),
    lane,
    ids,
    chain: continuations,
    end,
    pointsOf,
  };
}
