import type { RunView } from '@lastgood/api-client';
import { useDeploymentView, useIncidentView, useRunView } from '@lastgood/api-client/queries';
import { useParams } from 'react-router';
import { SignRun } from '../access/sign-run.tsx';
import { TriggersSection } from '../deployment/triggers-section.tsx';
import { runMeaning } from '../meaning/meaning.ts';
import { PlanOfQueuedRun } from '../rollback/plan-of-queued-run.tsx';
import { CheckTable } from '../run/check-table.tsx';
import { isActive } from '../run/is-active.ts';
import { mergeTimelines } from '../run/merge-timelines.ts';
import { Overtaken } from '../run/overtaken.tsx';
import { ReasonEditor } from '../run/reason-editor.tsx';
import { RunActions } from '../run/run-actions.tsx';
import { RunHead } from '../run/run-head.tsx';
import { StepList } from '../run/step-list.tsx';
import { StopNotice } from '../run/stop-notice.tsx';
import { Timeline } from '../run/timeline.tsx';
import { UndoCountdown } from '../run/undo-countdown.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { TroubleList } from '../shell/trouble-notice.tsx';
import { useTitle } from '../shell/use-title.ts';
import classes from './run-page.module.css';

/** The incident record: trigger, decision, steps, verification and everything that happened, on one page. */
export function RunPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useRunView(id);
  if (data) return <Record key={id} view={data} />;
  if (error) return <PageError error={error} what="run" retry={() => void refetch()} />;
  return <PageLoading what="the record of the run" />;
}

function Record({ view }: { view: RunView }) {
  const { run } = view;
  const deployment = useDeploymentView(run.deploymentId, { query: { staleTime: 10_000 } });
  const incident = useIncidentView(run.deploymentId);
  const timeline = mergeTimelines(view, deployment.data?.timeline ?? []);
  useTitle(
    `${run.serviceName} ${run.from.release} → ${run.target.release}: ${runMeaning(run).word.toLowerCase()}`,
  );
  return (
    <article className={classes.page}>
      <RunHead view={view} timeline={timeline} incident={incident.data} />
      <TroubleList trouble={view.trouble} />
      {run.status === 'queued' && (
        <div className={classes.card}>
          <UndoCountdown run={run} />
        </div>
      )}
      <StopNotice run={run}>
        <Overtaken overtaken={view.overtaken} />
        <RunActions run={run} actions={view.actions} />
      </StopNotice>
      <section className={classes.card} aria-labelledby="why">
        <h2 id="why">Why</h2>
        {view.decisionSentence && view.decisionSentence !== run.reason && (
          <p className={classes.prose}>{view.decisionSentence}</p>
        )}
        <ReasonEditor run={run} />
        <SignRun run={run} />
        {view.evidence.length > 0 && <Evidence evidence={view.evidence} />}
      </section>
      <section className={classes.card} aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        {view.steps.length === 0 && isActive(run) && (
          <>
            <p className={classes.dim}>
              The plan is made when the run starts. As things are it would be this.
            </p>
            <PlanOfQueuedRun run={run} />
          </>
        )}
        <StepList steps={view.steps} detailed={run.status !== 'done'} />
        {view.warnings.map((warning) => (
          <p key={warning} className={classes.dim}>
            {warning}
          </p>
        ))}
        {isActive(run) && <RunActions run={run} actions={view.actions} />}
      </section>
      <section className={classes.card} aria-labelledby="verification">
        <h2 id="verification">Verification</h2>
        <CheckTable checks={view.checks} />
      </section>
      {deployment.data && <TriggersSection view={deployment.data} usually="deploy" />}
      <section className={classes.card} aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <Timeline
          events={timeline}
          isCut={view.earlier !== null}
          origin={run.createdAt}
          originName="the moment it was asked for"
        />
      </section>
    </article>
  );
}

function Evidence({ evidence }: Pick<RunView, 'evidence'>) {
  return (
    <table className={classes.evidence}>
      <caption>The triggers as they stood when it was asked for</caption>
      <tbody>
        {evidence.map((one) => (
          <tr key={one.trigger}>
            <th scope="row">{one.trigger}</th>
            <td>{one.phase}</td>
            <td>{one.text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
