import type { DeploymentView } from '@lastgood/api-client';
import { useDeploymentView } from '@lastgood/api-client/queries';
import { useParams } from 'react-router';
import { DecisionPanel } from '../deployment/decision-panel.tsx';
import { DeploymentHead } from '../deployment/deployment-head.tsx';
import { EvaluatorPanel } from '../deployment/evaluator-panel.tsx';
import { NoticeList } from '../deployment/notice-list.tsx';
import { PutBackNotice } from '../deployment/put-back-notice.tsx';
import { TriggersSection } from '../deployment/triggers-section.tsx';
import { useLiveReadingsOf } from '../live/live-provider.tsx';
import { RollbackPanel } from '../rollback/rollback-panel.tsx';
import { releaseName } from '../run/release-names.ts';
import { Timeline } from '../run/timeline.tsx';
import { HoldList } from '../service/hold-list.tsx';
import { OutsideLinks } from '../shell/outside-links.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { TroubleList } from '../shell/trouble-notice.tsx';
import { useTitle } from '../shell/use-title.ts';
import classes from './two-columns.module.css';

/** One deployment: its triggers live, the decision, the way back, everything that happened. */
export function DeploymentPage() {
  const { id = '' } = useParams();
  useLiveReadingsOf(id);
  const { data, error, refetch } = useDeploymentView(id);
  if (data) return <Shown key={id} view={data} />;
  if (error) return <PageError error={error} what="deployment" retry={() => void refetch()} />;
  return <PageLoading what="the deployment" />;
}

function Shown({ view }: { view: DeploymentView }) {
  useTitle(
    `${view.serviceName} ${releaseName(view.deployment)}: ${view.standing.word.toLowerCase()}`,
    view.standing.meaning,
  );
  return (
    <div className={classes.page}>
      <DeploymentHead view={view} />
      <OutsideLinks links={view.links} />
      <TroubleList trouble={view.trouble} />
      <PutBackNotice putBack={view.deployment.putBack} standing={view.standing} link />
      <div className={classes.columns}>
        <aside className={classes.side} aria-label="Rollback and decision">
          <RollbackPanel view={view} />
          {view.deployment.notices.length > 0 && (
            <section className={classes.card} aria-labelledby="way-back-notices">
              <h2 id="way-back-notices">What its way back depends on</h2>
              <NoticeList notices={view.deployment.notices} />
            </section>
          )}
          <DecisionPanel
            decision={view.decision}
            deploymentId={view.deployment.id}
            carriedOut={view.deployment.status === 'rolled_back' && view.decision.verdict === 'roll_back'}
            isPast={view.standing.state === 'past'}
          />
          <EvaluatorPanel />
          <HoldList holds={view.holds.filter((hold) => hold.deploymentId === view.deployment.id)} />
        </aside>
        <div className={classes.main}>
          <TriggersSection view={view} />
          <section className={classes.card} aria-labelledby="timeline">
            <h2 id="timeline">Timeline</h2>
            <Timeline
              events={view.timeline}
              isCut={view.earlier !== null}
              origin={view.deployment.startedAt}
              originName={`the start of ${releaseName(view.deployment)}`}
            />
          </section>
        </div>
      </div>
    </div>
  );
}
