import type { NowView } from '@lastgood/api-client';
import { useNowView, useSystemStatus } from '@lastgood/api-client/queries';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { counted } from '../meaning/counted.ts';
import { CardSections } from '../now/card-sections.tsx';
import { FinishedRuns } from '../now/finished-runs.tsx';
import { FirstService } from '../now/first-service.tsx';
import { type NowCard, nowCards } from '../now/now-cards.ts';
import { NowHead } from '../now/now-head.tsx';
import { WatchedSection } from '../now/watched-section.tsx';
import { SandboxPanel } from '../sandbox/sandbox-panel.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { SourcesNotice } from '../shell/trouble-notice.tsx';
import { usePointerHold, useSteady } from '../shell/use-steady.ts';
import classes from './now-page.module.css';

/** What is wrong, since when, what Lastgood does about it, what follows and when, and what a person can do. */
export function NowPage() {
  const { data, error, refetch } = useNowView();
  if (data) return <Now view={data} />;
  if (error) return <PageError error={error} what="page Now" retry={() => void refetch()} />;
  return <PageLoading what="what is going on" />;
}

const keyOf = ({ key }: NowCard): string => key;
const placeOf = ({ place }: NowCard): string => place;

function Now({ view }: { view: NowView }) {
  const pointer = usePointerHold();
  const { cards, calm, over } = useMemo(() => nowCards(view), [view]);
  const steady = useSteady(cards, keyOf, pointer.held, placeOf);
  const { evaluator } = view.status;
  return (
    <div className={classes.page}>
      <NowHead fleet={view.fleet} />
      {view.services === 0 && <FirstService />}
      <div className={classes.columns}>
        <div className={classes.main} {...pointer.handlers}>
          <CardSections cards={steady} intervalSeconds={evaluator.intervalSeconds} />
          <WatchedSection view={view} rows={calm} others={cards.length > 0} />
          {view.more.runs > 0 && (
            <p className={classes.dim}>
              <Link to="/history">{counted(view.more.runs, 'more rollback')}</Link> under way, stopped or
              finished lately.
            </p>
          )}
          <FinishedRuns items={over} />
          <Sources />
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

/** Below everything else: what comes and goes here moves nothing. The cards above say what it means for them. */
function Sources() {
  const { data } = useSystemStatus({ query: { staleTime: Number.POSITIVE_INFINITY } });
  return <SourcesNotice sources={data?.sources ?? []} />;
}
