import { given, type ListRunsStatus, listRuns, type Run } from '@lastgood/api-client';
import { getListRunsQueryKey } from '@lastgood/api-client/queries';
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { RunRows } from '../history/run-rows.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';
import classes from './history-page.module.css';

const filters = [
  { value: '', label: 'All' },
  { value: 'done', label: 'Done' },
  { value: 'stopped', label: 'Stopped' },
  { value: 'running', label: 'Running' },
  { value: 'cancelled', label: 'Undone' },
] as const satisfies { value: ListRunsStatus | ''; label: string }[];

function useRuns(service: string, status: ListRunsStatus | '') {
  const filter = given({ service, status });
  return useInfiniteQuery({
    queryKey: getListRunsQueryKey(filter),
    queryFn: ({ pageParam, signal }) =>
      listRuns({ limit: 50, ...filter, ...given({ cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (previous) => previous,
  });
}

/** Every rollback with its duration, newest first; the filter is part of the address. */
export function HistoryPage() {
  useTitle('History');
  const [search, setSearch] = useSearchParams();
  const service = search.get('service') ?? '';
  const status = filters.find((one) => one.value === search.get('status'))?.value ?? '';
  const runs = useRuns(service, status);
  const set = (next: { service?: string; status?: string }) => {
    const merged = Object.entries({ service, status, ...next }).filter(([, value]) => value !== '');
    setSearch(Object.fromEntries(merged), { replace: true });
  };
  return (
    <div className={classes.page}>
      <h1>History</h1>
      <div className={classes.filters}>
        <TextInput
          label="Service"
          placeholder="cluster/namespace/name"
          className={classes.service}
          defaultValue={service}
          key={service}
          onBlur={(event) => set({ service: event.currentTarget.value.trim() })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') set({ service: event.currentTarget.value.trim() });
          }}
        />
        <SegmentedControl
          aria-label="State"
          className={classes.states}
          value={status}
          data={[...filters]}
          onChange={(value) => set({ status: value })}
        />
      </div>
      <Found runs={runs} filtered={service !== '' || status !== ''} />
    </div>
  );
}

function Found({ runs, filtered }: { runs: ReturnType<typeof useRuns>; filtered: boolean }) {
  if (runs.isPending) return <PageLoading what="the rollbacks" />;
  if (!runs.data) return <PageError error={runs.error} what="history" retry={() => void runs.refetch()} />;
  const items: Run[] = runs.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <p className={classes.empty}>
        {filtered
          ? 'No rollback matches.'
          : 'Nothing has been rolled back yet. Every rollback, by hand or by itself, will have its record here.'}
      </p>
    );
  }
  return (
    <>
      <RunRows runs={items} />
      {runs.hasNextPage && (
        <Button
          variant="default"
          h="var(--tap)"
          className={classes.older}
          loading={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}
