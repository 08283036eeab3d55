import { given, type ListRunsParams, type ListRunsStatus, listRuns, type Run } from '@lastgood/api-client';
import { getListRunsQueryKey } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { FilterBar } from '../fleet/filter-bar.tsx';
import { FilterChoice } from '../fleet/filter-choice.tsx';
import { FilterText } from '../fleet/filter-text.tsx';
import { ServiceFilters } from '../fleet/service-filters.tsx';
import { rangeFault, rangeOf } from '../fleet/time-range.ts';
import { TimeRangeChoice } from '../fleet/time-range-choice.tsx';
import { useUrlFilter } from '../fleet/use-url-filter.ts';
import { RunRows } from '../history/run-rows.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';
import classes from './history-page.module.css';

const states = [
  { value: '', label: 'All' },
  { value: 'done', label: 'Done' },
  { value: 'stopped', label: 'Stopped' },
  { value: 'running', label: 'Running' },
  { value: 'queued', label: 'About to start' },
  { value: 'cancelled', label: 'Undone' },
] as const satisfies { value: ListRunsStatus | ''; label: string }[];

const names = ['q', 'service', 'status', 'team', 'label', 'environment', 'range', 'from', 'to'] as const;

function useRuns(filter: ListRunsParams) {
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
  const { values, set } = useUrlFilter(names);
  const status = states.find((one) => one.value === values.status)?.value ?? '';
  // A page of a service leads here with its whole key, of which a part is enough.
  const search = values.q || values.service;
  const filter = useMemo((): ListRunsParams => {
    const { team, label, environment } = values;
    return { ...given({ search, status, team, label, environment }), ...rangeOf(values, Date.now()) };
  }, [values, search, status]);
  const folded = [status, values.team, values.label, values.environment, values.range].filter(Boolean);
  const clear = () => set({ status: '', team: '', label: '', environment: '', range: '', from: '', to: '' });
  return (
    <div className={classes.page}>
      <h1>History</h1>
      <FilterBar
        first={
          <FilterText
            wide
            label="Service"
            placeholder="A part of its name"
            value={search}
            onChange={(q) => set({ q, service: '' })}
          />
        }
        set={folded.length}
        onClear={clear}
      >
        <FilterChoice label="State" value={status} data={states} onChange={(next) => set({ status: next })} />
        <TimeRangeChoice choice={values} onChange={set} />
        <ServiceFilters values={values} set={set} />
      </FilterBar>
      {rangeFault(values) === null && <Found filter={filter} filtered={search !== '' || folded.length > 0} />}
    </div>
  );
}

function Found({ filter, filtered }: { filter: ListRunsParams; filtered: boolean }) {
  const runs = useRuns(filter);
  if (runs.isPending) return <PageLoading what="the rollbacks" />;
  if (!runs.data) return <PageError error={runs.error} what="history" retry={() => void runs.refetch()} />;
  const items: Run[] = runs.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <p className={classes.empty}>
        {filtered
          ? 'No rollback matches. A longer time or fewer conditions may show more.'
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
          className={classes.older ?? ''}
          loading={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}
