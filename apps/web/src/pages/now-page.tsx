import type { NowView, NowViewRunsItem, WatchRow } from '@lastgood/api-client';
import { useNowView } from '@lastgood/api-client/queries';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { runMeaning } from '../meaning/meaning.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { FirstService } from '../now/first-service.tsx';
import { nowHeadline } from '../now/headline.ts';
import { WatchCard } from '../now/watch-card.tsx';
import { WatchedList } from '../now/watched-list.tsx';
import { RunCard } from '../run/run-card.tsx';
import { SandboxPanel } from '../sandbox/sandbox-panel.tsx';
import { EvaluatorStatus } from '../shell/evaluator-status.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { SourcesNotice } from '../shell/trouble-notice.tsx';
import { usePointerHold, useSteady } from '../shell/use-steady.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './now-page.module.css';

/** What is wrong, since when, what Lastgood does about it, what follows and when, and what a person can do. */
export function NowPage() {
  const { data, error, refetch } = useNowView();
  if (data) return <Now view={data} />;
  if (error) return <PageError error={error} what="page Now" retry={() => void refetch()} />;
  return <PageLoading what="what is going on" />;
}

/** Runs that go on or need somebody come first; those that are over and well come last. */
function splitRuns({ runs }: NowView): { open: NowViewRunsItem[]; over: NowViewRunsItem[] } {
  const { open = [], over = [] } = Object.groupBy(runs, ({ run }) =>
    runMeaning(run).meaning === 'act' ? 'open' : 'over',
  );
  return { open, over };
}

const runKey = ({ run }: NowViewRunsItem): string => run.id;
const rowKey = (row: WatchRow): string => row.deploymentId;

function Now({ view }: { view: NowView }) {
  const now = useNow();
  const headline = nowHeadline(view, now);
  const pointer = usePointerHold();
  const { open, over } = useMemo(() => splitRuns(view), [view]);
  const runs = useSteady(open, runKey, pointer.held);
  const attention = useSteady(view.attention, rowKey, pointer.held);
  const { evaluator, sources } = view.status;
  useTitle(headline.title);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title} data-meaning={headline.meaning}>
          <MeaningIcon meaning={headline.meaning} size="1.625rem" />
          {headline.title}
        </h1>
        <div className={classes.summary}>
          <ul className={classes.counts}>
            {headline.counts.map((count) => (
              <li key={count.text} data-meaning={count.meaning}>
                {count.text}
              </li>
            ))}
          </ul>
          <EvaluatorStatus evaluator={evaluator} />
        </div>
      </header>
      <SourcesNotice sources={sources} />
      {view.services === 0 && <FirstService />}
      <div className={classes.columns} {...pointer.handlers}>
        <div className={classes.main}>
          {runs.length > 0 && (
            <section className={classes.group} aria-labelledby="runs">
              <h2 id="runs">Rollbacks</h2>
              {runs.map(({ key, item }) => (
                <RunCard key={key} {...item} />
              ))}
            </section>
          )}
          {attention.length > 0 && (
            <section className={classes.group} aria-labelledby="attention">
              <h2 id="attention">Needs a look</h2>
              {attention.map(({ key, item, gone }) => (
                <WatchCard key={key} row={item} gone={gone} intervalSeconds={evaluator.intervalSeconds} />
              ))}
            </section>
          )}
          <Watched view={view} />
          {view.more.runs > 0 && (
            <p className={classes.dim}>
              <Link to="/history">{view.more.runs} more rollbacks</Link> are under way, stopped or finished
              lately.
            </p>
          )}
          {over.length > 0 && (
            <section className={classes.group} aria-labelledby="over">
              <h2 id="over">Finished lately</h2>
              {over.map((item) => (
                <RunCard key={item.run.id} {...item} />
              ))}
            </section>
          )}
        </div>
        {view.status.sandbox && (
          <aside className={classes.side}>
            <SandboxPanel />
          </aside>
        )}
      </div>
    </div>
  );
}

function Watched({ view }: { view: NowView }) {
  if (view.services === 0) return null;
  return (
    <section className={classes.group} aria-labelledby="watched">
      <h2 id="watched">Watched</h2>
      {view.watched.length > 0 ? (
        <WatchedList rows={view.watched} />
      ) : (
        <p className={classes.dim}>
          {view.attention.length > 0 ? 'No other deployment' : 'No deployment'} is under watch. The next one
          is watched from the moment it is registered.
        </p>
      )}
      {view.more.watched > 0 && (
        <p className={classes.dim}>
          <Link to="/services">{view.more.watched} more are under watch</Link>; those that stand worst are
          shown.
        </p>
      )}
      {view.quietServices > 0 && (
        <p className={classes.dim}>
          <Link to="/services">
            {view.quietServices === 1 ? '1 service is' : `${view.quietServices} services are`} quiet
          </Link>
        </p>
      )}
    </section>
  );
}
