import type { RunView } from '@lastgood/api-client';
import { useDeploymentView, useIncidentView, useRunView } from '@lastgood/api-client/queries';
import { Link, useParams } from 'react-router';
import { SignRun } from '../access/sign-run.tsx';
import { PutBackNotice } from '../deployment/put-back-notice.tsx';
import { TriggersSection } from '../deployment/triggers-section.tsx';
import { runMeaning } from '../meaning/meaning.ts';
import { FurtherBack } from '../rollback/targets/further-back.tsx';
import { CheckTable } from '../run/check-table.tsx';
import { mergeTimelines } from '../run/merge-timelines.ts';
import { Overtaken } from '../run/overtaken.tsx';
import { ReasonEditor } from '../run/reason-editor.tsx';
import { moveName } from '../run/release-names.ts';
import { RunActions } from '../run/run-actions.tsx';
import { RunHead } from '../run/run-head.tsx';
import { StopNotice } from '../run/stop-notice.tsx';
import { Timeline } from '../run/timeline.tsx';
import { OutsideLinks } from '../shell/outside-links.tsx';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { TroubleList } from '../shell/trouble-notice.tsx';
import { useTitle } from '../shell/use-title.ts';
import classes from './run-page.module.css';
import { StepsSection } from './run-steps-section.tsx';

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
  useTitle(`${run.serviceName} ${moveName(run.from, run.target)}: ${runMeaning(run).word.toLowerCase()}`);
  return (
    <article className={classes.page}>
      <RunHead view={view} timeline={timeline} incident={incident.data} />
      <OutsideLinks links={view.links} />
      <TroubleList trouble={view.trouble} />
      <PutBackNotice putBack={view.putBack} />
      <StopNotice run={run}>
        <Overtaken overtaken={view.overtaken} />
        <RunActions run={run} actions={view.actions} />
        {view.overtaken === null && <FurtherBack run={run} />}
      </StopNotice>
      <section className={classes.card} aria-labelledby="why">
        <h2 id="why">Why</h2>
        {view.decisionSentence && view.decisionSentence !== run.reason && (
          <p className={classes.prose}>{view.decisionSentence}</p>
        )}
        <ReasonEditor run={run} />
        <SignRun run={run} />
        {view.evidence.length > 0 && <Evidence evidence={view.evidence} />}
        <p>
          <Link to={`/runs/${run.id}/why`}>Why, slot by slot</Link>
        </p>
      </section>
      <StepsSection view={view} />
      {(view.checks.length > 0 || run.status !== 'cancelled') && (
        <section className={classes.card} aria-labelledby="verification">
          <h2 id="verification">Verification</h2>
          <CheckTable checks={view.checks} />
        </section>
      )}
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
