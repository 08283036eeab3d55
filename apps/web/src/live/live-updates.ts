import type {
  DeploymentReadings,
  DeploymentView,
  LiveChanged,
  LiveFrame,
  LiveHeartbeat,
  LiveReading,
  NowView,
  SystemStatus,
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
import { makeStale } from './stale-keys.ts';

const settleMs = 150;

/** Brings frames into the query cache: readings patch what is shown, changes make it stale a moment later. */
export function createLiveUpdates(queries: QueryClient, announcements: Announcements) {
  let waiting: LiveChanged[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    timer = undefined;
    const changes = waiting;
    waiting = [];
    void makeStale(queries, ...changes);
  }

  return (frame: LiveFrame): void => {
    const readings: LiveReading[] = [];
    for (const message of frame.messages) {
      if (message.type === 'reading') readings.push(message);
      else if (message.type === 'heartbeat') beat(queries, message);
      else if (message.type === 'changed') {
        waiting.push(message);
        announcements.say(message);
      }
    }
    if (readings.length > 0) patch(queries, readings);
    if (waiting.length > 0 && timer === undefined) timer = setTimeout(settle, settleMs);
  };
}

function beat(queries: QueryClient, { at, evaluator }: LiveHeartbeat): void {
  serverClock.setFrom(Date.parse(at), Date.now());
  queries.setQueryData<SystemStatus>(getSystemStatusQueryKey(), (status) =>
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
