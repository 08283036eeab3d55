import { useMemo } from 'react';
import { FilterBar } from '../fleet/filter-bar.tsx';
import { FilterChoice } from '../fleet/filter-choice.tsx';
import { FilterText } from '../fleet/filter-text.tsx';
import { ServiceFilters } from '../fleet/service-filters.tsx';
import { rangeFault } from '../fleet/time-range.ts';
import { TimeRangeChoice } from '../fleet/time-range-choice.tsx';
import { useUrlFilter } from '../fleet/use-url-filter.ts';
import classes from '../log/log.module.css';
import { LogExport } from '../log/log-export.tsx';
import { kinds, logFilter, logNames, urgencies } from '../log/log-filter.ts';
import { LogList } from '../log/log-list.tsx';
import { useTitle } from '../shell/use-title.ts';

/** Everything that happened to the fleet, newest first; the conditions are part of the address. */
export function LogPage() {
  useTitle('Log');
  const { values, set } = useUrlFilter(logNames);
  // A span that ends now begins where it began when it was chosen.
  const filter = useMemo(() => logFilter(values, Date.now()), [values]);
  const { q, ...rest } = values;
  const folded = [rest.kind, rest.urgency, rest.team, rest.label, rest.environment, rest.range];
  const clear = () => set(Object.fromEntries(Object.keys(rest).map((name) => [name, ''])));
  const fault = rangeFault(values);
  return (
    <div className={classes.page}>
      <h1>Log</h1>
      <FilterBar
        first={
          <FilterText
            wide
            label="Service"
            placeholder="A part of its name"
            value={q}
            onChange={(next) => set({ q: next })}
          />
        }
        set={folded.filter(Boolean).length}
        onClear={clear}
      >
        <FilterChoice
          label="About"
          value={kinds.find(({ value }) => value === values.kind)?.value ?? ''}
          data={kinds}
          onChange={(kind) => set({ kind })}
        />
        <FilterChoice
          label="Urgency"
          value={urgencies.find(({ value }) => value === values.urgency)?.value ?? ''}
          data={urgencies}
          onChange={(urgency) => set({ urgency })}
        />
        <TimeRangeChoice choice={values} onChange={set} />
        <ServiceFilters values={values} set={set} />
      </FilterBar>
      {fault === null && (
        <>
          <LogExport filter={filter} />
          <LogList key={JSON.stringify(filter)} filter={filter} narrowed={q !== '' || folded.some(Boolean)} />
        </>
      )}
    </div>
  );
}
