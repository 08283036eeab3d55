import {
  getDeploymentReadingsQueryKey,
  getNowViewQueryKey,
  getSystemStatusQueryKey,
} from '@lastgood/api-client/queries';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Announcement, type Announcements, createAnnouncements } from './announcements.ts';
import { createLiveConnection, type LiveConnection, type LiveState } from './live-connection.ts';
import { createLiveUpdates } from './live-updates.ts';

interface Live {
  connection: LiveConnection;
  announcements: Announcements;
}

const LiveContext = createContext<Live | null>(null);

function liveUrl(readingsOf: string | null): string {
  const { protocol, host } = window.location;
  const query = readingsOf === null ? '' : `?readings=${encodeURIComponent(readingsOf)}`;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/live${query}`;
}

/** Keeps one socket for the whole app. REST is the truth: after a lost line everything shown is fetched again. */
export function LiveProvider({ protocols, children }: { protocols: () => string[]; children: ReactNode }) {
  const queries = useQueryClient();
  const live = useMemo(() => {
    const announcements = createAnnouncements();
    const handlers = {
      onFrame: createLiveUpdates(queries, announcements),
      onOpened: () => {
        for (const queryKey of [getNowViewQueryKey(), getSystemStatusQueryKey()])
          if (queries.getQueryState(queryKey)?.dataUpdatedAt) void queries.invalidateQueries({ queryKey });
      },
      onReconnected: () => void queries.invalidateQueries(),
      onFollowing: (id: string) =>
        void queries.invalidateQueries({ queryKey: getDeploymentReadingsQueryKey(id) }),
    };
    return { connection: createLiveConnection(liveUrl, handlers, protocols), announcements };
  }, [queries, protocols]);
  useEffect(() => {
    live.connection.start();
    return live.connection.stop;
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it');
  return live;
}

export function useLiveState(): LiveState {
  const { connection } = useLive();
  return useSyncExternalStore(connection.subscribe, connection.state);
}

export function useAnnouncement(): Announcement | null {
  const { announcements } = useLive();
  return useSyncExternalStore(announcements.subscribe, announcements.latest);
}

/** While it is shown, all readings of the deployment come over the live line. */
export function useLiveReadingsOf(deploymentId: string): void {
  const { connection } = useLive();
  useEffect(() => {
    connection.follow(deploymentId);
    return () => connection.follow(null);
  }, [connection, deploymentId]);
}
