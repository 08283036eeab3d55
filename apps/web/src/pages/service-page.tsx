import type { ServiceView } from '@lastgood/api-client';
import { useServiceView } from '@lastgood/api-client/queries';
import { Link, useParams } from 'react-router';
import { ServiceWayBack } from '../rollback/service-way-back.tsx';
import { ReleaseWords } from '../run/release.tsx';
import { DeclaredChecks } from '../service/declared-checks.tsx';
import { DeclaredTriggers } from '../service/declared-triggers.tsx';
import { DeleteService } from '../service/delete-service.tsx';
import { DrillCard } from '../service/drill-card.tsx';
import { HoldList } from '../service/hold-list.tsx';
import { Neighbours } from '../service/neighbours.tsx';
import { ReleaseList } from '../service/release-list.tsx';
import { UnheardNotice } from '../service/unheard-notice.tsx';
import { OutsideLinks } from '../shell/outside-links.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { TroubleList, WarningList } from '../shell/trouble-notice.tsx';
import { useTitle } from '../shell/use-title.ts';
import { servingWord } from '../standing/serving-word.ts';
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
      <OutsideLinks links={view.links} />
      <TroubleList trouble={view.trouble} />
      <WarningList warnings={view.warnings} />
      <UnheardNotice unheard={view.unheard} />
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
            {summary.current && summary.standing.state !== 'gone' && (
              <ServiceWayBack serviceName={summary.name} current={summary.current} />
            )}
            {summary.current && (
              <p>
                <span className={columns.dim}>{servingWord(summary.standing.state)}</span>{' '}
                <Link to={`/deployments/${summary.current.deploymentId}`}>
                  <ReleaseWords release={summary.current} />
                </Link>
              </p>
            )}
            <Link to={`/history?q=${encodeURIComponent(summary.key)}`}>Its rollbacks</Link>
          </section>
          <DrillCard drills={view.drills} />
          <HoldList holds={view.holds} />
          {view.holdCount > view.holds.length && (
            <p className={columns.dim}>
              The newest {view.holds.length} of {view.holdCount} versions that are kept out are shown; let
              some in to see the others.
            </p>
          )}
        </aside>
        <div className={columns.main}>
          <section className={columns.card} aria-labelledby="releases">
            <h2 id="releases">Releases</h2>
            <ReleaseList service={summary.key} isRollingBack={summary.standing.state === 'rolling_back'} />
          </section>
          <section className={columns.card} aria-labelledby="declared-triggers">
            <h2 id="declared-triggers">Triggers</h2>
            <DeclaredTriggers
              triggers={view.effectiveTriggers}
              overrides={view.triggerOverrides}
              service={summary.key}
            />
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
