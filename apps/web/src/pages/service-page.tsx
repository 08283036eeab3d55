import type { ServiceSummary, ServiceView } from '@lastgood/api-client';
import { useServiceView } from '@lastgood/api-client/queries';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { ReleaseWords } from '../run/release.tsx';
import { allServices } from '../service/all-services.ts';
import { DeclaredChecks } from '../service/declared-checks.tsx';
import { DeclaredTriggers } from '../service/declared-triggers.tsx';
import { DeleteService } from '../service/delete-service.tsx';
import { DependencyGraph } from '../service/dependency-graph.tsx';
import { HoldCard } from '../service/hold-card.tsx';
import { ReleaseList } from '../service/release-list.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { TroubleList } from '../shell/trouble-notice.tsx';
import { useTitle } from '../shell/use-title.ts';
import { StandingMark, StandingWords } from '../standing/standing-words.tsx';
import classes from './service-page.module.css';
import columns from './two-columns.module.css';

/** One service: its releases, what watches it, what verifies it, what is held, who needs it. */
export function ServicePage() {
  const { cluster = '', namespace = '', name = '' } = useParams();
  const { data, error, refetch } = useServiceView(cluster, namespace, name);
  if (data) return <Service key={data.summary.key} view={data} />;
  if (error) return <PageError error={error} what="service" retry={() => void refetch()} />;
  return <PageLoading what={name} />;
}

function Service({ view }: { view: ServiceView }) {
  const { summary } = view;
  useTitle(`${summary.name}: ${summary.standing.word.toLowerCase()}`, summary.standing.meaning);
  return (
    <div className={columns.page}>
      <header className={classes.head}>
        <div className={classes.line}>
          <h1>{summary.name}</h1>
          <StandingMark standing={summary.standing} boxed />
        </div>
        <p className={columns.dim}>
          {summary.cluster}/{summary.namespace} · {summary.environment} · {summary.strategy}
        </p>
        <StandingWords standing={summary.standing} />
        <p>{summary.runId && <Link to={`/runs/${summary.runId}`}>Open the run</Link>}</p>
      </header>
      <TroubleList trouble={[...view.trouble, ...view.warnings]} />
      <div className={columns.columns}>
        <aside className={columns.side} aria-label="Releases and holds">
          <section className={columns.card} aria-labelledby="good">
            <h2 id="good">Last known good</h2>
            {summary.lastKnownGood ? (
              <Link to={`/deployments/${summary.lastKnownGood.deploymentId}`}>
                <ReleaseWords release={summary.lastKnownGood} />
              </Link>
            ) : (
              <p>None. A deployment becomes one when its watch passes without a breach.</p>
            )}
            {summary.current && (
              <p>
                <span className={columns.dim}>
                  {summary.standing.state === 'gone' ? 'Served last' : 'Serving now'}
                </span>{' '}
                <Link to={`/deployments/${summary.current.deploymentId}`}>
                  <ReleaseWords release={summary.current} />
                </Link>
              </p>
            )}
            <Link to={`/history?service=${encodeURIComponent(summary.key)}`}>Its rollbacks</Link>
          </section>
          {view.holds.map((hold) => (
            <HoldCard key={hold.id} hold={hold} />
          ))}
        </aside>
        <div className={columns.main}>
          <section className={columns.card} aria-labelledby="releases">
            <h2 id="releases">Releases</h2>
            <ReleaseList service={summary.key} />
          </section>
          <section className={columns.card} aria-labelledby="declared-triggers">
            <h2 id="declared-triggers">Triggers</h2>
            <DeclaredTriggers triggers={view.effectiveTriggers} />
          </section>
          <section className={columns.card} aria-labelledby="declared-checks">
            <h2 id="declared-checks">Verification checks</h2>
            <DeclaredChecks checks={view.checks} />
          </section>
          <Neighbours summary={summary} />
          <DeleteService summary={summary} />
        </div>
      </div>
    </div>
  );
}

function Neighbours({ summary }: { summary: ServiceSummary }) {
  const { data } = useQuery(allServices());
  const near = new Set([summary.key, ...summary.dependencies, ...summary.dependents]);
  // Only its own lines: what its neighbours need of each other is on the page of all services.
  const services = (data ?? [])
    .filter(({ key }) => near.has(key))
    .map((one) =>
      one.key === summary.key
        ? one
        : { ...one, dependencies: one.dependencies.filter((key) => key === summary.key) },
    );
  const unknown = summary.dependencies.filter((key) => data && !data.some((service) => service.key === key));
  return (
    <section className={columns.card} aria-labelledby="neighbours">
      <h2 id="neighbours">Dependencies</h2>
      <Names word="Needs" keys={summary.dependencies} />
      <Names word="Needed by" keys={summary.dependents} />
      {near.size === 1 && (
        <p className={columns.dim}>It needs no other service, and none says that it needs it.</p>
      )}
      {services.length > 1 && <DependencyGraph services={services} focus={summary.key} />}
      {unknown.length > 0 && <p>Named but not declared here: {unknown.join(', ')}</p>}
    </section>
  );
}

function Names({ word, keys }: { word: string; keys: readonly string[] }) {
  if (keys.length === 0) return null;
  return (
    <p className={classes.names}>
      <span className={columns.dim}>{word}</span>
      {keys.map((key) => (
        <Link key={key} to={`/services/${key}`}>
          {key.split('/').at(-1)}
        </Link>
      ))}
    </p>
  );
}
