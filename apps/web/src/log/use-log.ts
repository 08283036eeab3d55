import { given, type ListEventsParams, listEvents, type TimelineEvent } from '@lastgood/api-client';
import { useListEvents } from '@lastgood/api-client/queries';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { freshEvents } from './fresh-events.ts';

const pageSize = 50;

/** The log as it was when it was opened, older pages on demand, and what has happened since. */
export function useLog(filter: ListEventsParams) {
  const queries = useQueryClient();
  const queryKey = useMemo(() => ['log', filter], [filter]);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      listEvents({ limit: pageSize, ...filter, ...given({ cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    // What has been read stays as it was; only what is new is asked for again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const newest = useListEvents(
    { limit: pageSize, ...filter },
    { query: { enabled: pages.isSuccess && !filter.to } },
  );
  const [taken, setTaken] = useState<readonly TimelineEvent[]>([]);
  const read = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const events = useMemo(() => [...taken, ...read], [taken, read]);
  const fresh = useMemo(() => freshEvents(events, newest.data?.items ?? []), [events, newest.data]);
  const take = useCallback(() => {
    if (fresh.length < pageSize) return setTaken((before) => [...fresh, ...before]);
    // There may be more between them and what is shown.
    setTaken([]);
    void queries.resetQueries({ queryKey });
  }, [fresh, queries, queryKey]);
  return { pages, events, fresh: fresh.length, more: fresh.length >= pageSize, take };
}
