import type {
  DeploymentReadings,
  DeploymentView,
  LiveChanged,
  LiveFrame,
  LiveHeartbeat,
  LiveReading,
  NowView,
  StatusView,
} from '@lastgood/api-client';
import {
  getDeploymentReadingsQueryKey,
  getDeploymentViewQueryKey,
  getNowViewQueryKey,
  getSystemStatusQueryKey,
} from '@lastgood/api-client/queries';
import type { QueryClient } from '@tanstack/react-query';
import { serverClock } from '../time/server-clock.ts';
import type { Announcements } from './announcements.ts';
import { appendPoints, applyToDeployment, applyToNow } from './apply-reading.ts';
import { createLargeViews } from './large-views.ts';
import { createStandingUpdates } from './standing-updates.ts';

/**
 * Brings frames into the query cache. Readings and standings patch what is shown; changes have what they concern asked again,
 * small views a moment later, large ones seldom.
 */
export function createLiveUpdates(queries: QueryClient, announcements: Announcements) {
  const views = createLargeViews(queries);
  const standings = createStandingUpdates(queries, announcements, views);

  return (frame: LiveFrame): void => {
    const readings: LiveReading[] = [];
    const changes: LiveChanged[] = [];
    for (const message of frame.messages) {
      if (message.type === 'reading') readings.push(message);
      else if (message.type === 'heartbeat') beat(queries, message);
      else if (message.type === 'changed') changes.push(message);
    }
    if (readings.length > 0) patch(queries, readings);
    standings.apply(frame.messages);
    for (const change of changes) {
      // What begins to breach or fires is spoken in the words of its standing.
      if (change.resource !== 'deployment' || change.urgency === 'done') announcements.say(change);
    }
    if (changes.length > 0) views.changed(changes);
  };
}

function beat(queries: QueryClient, { at, evaluator }: LiveHeartbeat): void {
  serverClock.setFrom(Date.parse(at), Date.now());
  queries.setQueryData<StatusView>(getSystemStatusQueryKey(), (status) =>
    status ? { ...status, at, evaluator } : status,
  );
}

function patch(queries: QueryClient, readings: LiveReading[]): void {
  queries.setQueryData<NowView>(getNowViewQueryKey(), (view) => (view ? applyToNow(view, readings) : view));
  for (const [id, mine] of Map.groupBy(readings, (reading) => reading.deploymentId)) {
    queries.setQueryData<DeploymentView>(getDeploymentViewQueryKey(id), (view) =>
      view ? applyToDeployment(view, mine) : view,
    );
    queries.setQueriesData<DeploymentReadings>({ queryKey: getDeploymentReadingsQueryKey(id) }, (data) =>
      data ? appendPoints(data, mine) : data,
    );
  }
}
