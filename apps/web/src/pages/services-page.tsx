import type { ServiceSummary } from '@lastgood/api-client';
import { useSystemStatus } from '@lastgood/api-client/queries';
import { SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { FirstService } from '../now/first-service.tsx';
import { allServices } from '../service/all-services.ts';
import { DependencyGraph } from '../service/dependency-graph.tsx';
import { matchingServices } from '../service/matching-services.ts';
import { ServiceRows } from '../service/service-rows.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { SourcesNotice } from '../shell/trouble-notice.tsx';
import { usePointerHold, useSteady } from '../shell/use-steady.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './services-page.module.css';

/** A drawing of more than this is a tangle; the search narrows it. */
const drawable = 80;

/** Every declared service: how it stands, what it runs, what it can return to, what it needs. */
export function ServicesPage() {
  useTitle('Services');
  const { data, error, refetch } = useQuery(allServices());
  if (data) return data.length === 0 ? <Empty /> : <Services services={data} />;
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

function Services({ services }: { services: readonly ServiceSummary[] }) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('q') ?? '';
  const view = search.get('view') === 'graph' ? 'graph' : 'list';
  const status = useSystemStatus();
  const deferred = useDeferredValue(wanted);
  const found = useMemo(() => matchingServices(services, deferred), [services, deferred]);
  const set = (next: { q?: string; view?: string }) => {
    const merged = Object.entries({ q: wanted, view: view === 'graph' ? view : '', ...next });
    setSearch(Object.fromEntries(merged.filter(([, value]) => value !== '')), { replace: true });
  };
  return (
    <div className={classes.page}>
      <h1>Services</h1>
      <SourcesNotice sources={status.data?.sources ?? []} />
      <div className={classes.tools}>
        <TextInput
          className={classes.search}
          aria-label="Search services"
          placeholder="Name, namespace, environment or state"
          leftSection={<IconSearch size="1rem" />}
          value={wanted}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        <SegmentedControl
          aria-label="View"
          value={view}
          onChange={(value) => set({ view: value === 'graph' ? value : '' })}
          data={[
            { value: 'list', label: 'List' },
            { value: 'graph', label: 'Dependencies' },
          ]}
        />
        <p className={classes.dim} aria-live="polite">
          {found.length === services.length
            ? `${services.length} services`
            : `${found.length} of ${services.length} services`}
        </p>
      </div>
      {view === 'graph' ? <Graph services={found} /> : <List key={deferred} services={found} />}
    </div>
  );
}

function List({ services }: { services: readonly ServiceSummary[] }) {
  const pointer = usePointerHold();
  const steady = useSteady(services, byKey, pointer.held);
  const items = useMemo(() => steady.map(({ item }) => item), [steady]);
  if (services.length === 0) return <p className={classes.dim}>No service matches.</p>;
  return (
    <div {...pointer.handlers}>
      <ServiceRows services={items} />
    </div>
  );
}

function Graph({ services }: { services: readonly ServiceSummary[] }) {
  const linked = services.filter(
    ({ dependencies, dependents }) => dependencies.length + dependents.length > 0,
  );
  if (linked.length === 0) {
    return (
      <p className={classes.dim}>
        None of these services declares a dependency. Add `dependencies` to its declaration.
      </p>
    );
  }
  if (linked.length > drawable) {
    return (
      <p className={classes.dim}>
        {linked.length} services are too many for one drawing. Search for a namespace or a name.
      </p>
    );
  }
  return (
    <section className={classes.graph}>
      <DependencyGraph services={linked} />
    </section>
  );
}
