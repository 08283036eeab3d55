import type { ServiceSummary } from '@lastgood/api-client';
import { useSystemStatus } from '@lastgood/api-client/queries';
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { Link } from 'react-router';
import { FilterBar } from '../fleet/filter-bar.tsx';
import { FilterChoice } from '../fleet/filter-choice.tsx';
import { FilterText } from '../fleet/filter-text.tsx';
import { ServiceFilters } from '../fleet/service-filters.tsx';
import { useUrlFilter } from '../fleet/use-url-filter.ts';
import { FirstService } from '../now/first-service.tsx';
import { allServices } from '../service/all-services.ts';
import { FleetGraph } from '../service/fleet-graph.tsx';
import { matchingServices } from '../service/matching-services.ts';
import { serviceFilter, states } from '../service/service-filter.ts';
import { ServiceRows } from '../service/service-rows.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { SourcesNotice } from '../shell/trouble-notice.tsx';
import { usePointerHold, useSteady } from '../shell/use-steady.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './services-page.module.css';

const names = ['q', 'view', 'state', 'team', 'label', 'environment', 'near'] as const;
type Values = Record<(typeof names)[number], string>;

/** Every declared service: how it stands, what it runs, what it can return to, what it needs. The filter is part of the address. */
export function ServicesPage() {
  useTitle('Services');
  const { values, set } = useUrlFilter(names);
  const filter = useMemo(() => serviceFilter(values), [values]);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...allServices(filter),
    placeholderData: (before: ServiceSummary[] | undefined) => before,
  });
  const narrowed = Object.keys(filter).length > 0;
  if (data && data.length === 0 && !narrowed && !isPlaceholderData) return <Empty />;
  if (data) return <Services services={data} narrowed={narrowed} values={values} set={set} />;
  if (error) return <PageError error={error} what="list of services" retry={() => void refetch()} />;
  return <PageLoading what="the services" />;
}

function Empty() {
  return (
    <div className={classes.page}>
      <h1>No service is declared yet</h1>
      <FirstService />
    </div>
  );
}

const byKey = (service: ServiceSummary): string => service.key;

interface ServicesProps {
  services: readonly ServiceSummary[];
  /** The server left out some. */
  narrowed: boolean;
  values: Values;
  set: (next: Partial<Values>) => void;
}

function Services({ services, narrowed, values, set }: ServicesProps) {
  const status = useSystemStatus();
  const deferred = useDeferredValue(values.q);
  const found = useMemo(() => matchingServices(services, deferred), [services, deferred]);
  const isGraph = values.view === 'graph';
  const folded = [values.state, values.team, values.label, values.environment].filter(Boolean);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>Services</h1>
        <Link to="/services/add">Add a service</Link>
        <Link to="/triggers/try">Try a trigger</Link>
        <Link to="/triggers/backtest">Backtest one</Link>
        <Link to="/triggers/import">Import alert rules</Link>
      </div>
      <SourcesNotice sources={status.data?.sources ?? []} />
      <FilterBar
        first={
          <FilterText
            wide
            label="Search services"
            placeholder="Name, namespace, team or state"
            value={values.q}
            restMs={50}
            onChange={(q) => set({ q })}
          />
        }
        set={folded.length}
        onClear={() => set({ state: '', team: '', label: '', environment: '' })}
      >
        <FilterChoice
          label="State"
          value={states.find(({ value }) => value === values.state)?.value ?? ''}
          data={states}
          onChange={(state) => set({ state })}
        />
        <ServiceFilters values={values} set={set} />
      </FilterBar>
      <div className={classes.tools}>
        <SegmentedControl
          aria-label="View"
          value={isGraph ? 'graph' : 'list'}
          onChange={(value) => set({ view: value === 'graph' ? value : '' })}
          data={[
            { value: 'list', label: 'List' },
            { value: 'graph', label: 'Dependencies' },
          ]}
        />
        <p className={classes.dim} aria-live="polite">
          {countWords(found.length, services.length, narrowed)}
        </p>
        {values.near && (
          <p>
            Only {values.near.split('/').at(-1)}, what it needs and what needs it.{' '}
            <Link to="/services">Show all</Link>
          </p>
        )}
      </div>
      {isGraph ? <FleetGraph services={found} /> : <List key={deferred} services={found} />}
    </div>
  );
}

function countWords(found: number, all: number, narrowed: boolean): string {
  if (narrowed || found === all) return found === 1 ? '1 service' : `${found} services`;
  return `${found} of ${all} services`;
}

function List({ services }: { services: readonly ServiceSummary[] }) {
  const pointer = usePointerHold();
  const steady = useSteady(services, byKey, pointer.held);
  const items = useMemo(() => steady.map(({ item }) => item), [steady]);
  if (services.length === 0)
    return <p className={classes.dim}>No service matches. Fewer conditions may show more.</p>;
  return (
    <div {...pointer.handlers}>
      <ServiceRows services={items} />
    </div>
  );
}
