import type { IncidentView, RunView, TimelineEvent } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { IncidentLink } from '../incident/incident-link.tsx';
import { stripSvg } from '../incident/strip-file.ts';
import { sourceWords, weakestSource } from '../rollback/expected-words.ts';
import { CopyButton } from '../shell/copy-text.tsx';
import { spokenDuration } from '../time/duration.ts';
import { othersOf } from './group-members.ts';
import { interruptions } from './interruptions.ts';
import { ReleaseWords } from './release.tsx';
import { moveName, releaseName } from './release-names.ts';
import { RunTime } from './run-card.tsx';
import classes from './run-head.module.css';
import { RunMark } from './run-mark.tsx';
import { runMarkdown } from './run-markdown.ts';
import { runSentence } from './run-sentence.ts';
import { expectedTotal } from './step-progress.ts';

interface RunHeadProps {
  view: RunView;
  timeline: TimelineEvent[];
  /** What happened together with it; undefined until it is known. */
  incident: IncidentView | undefined;
}

/** From what to what, by whom, how it stands, how long it took; and the whole record to take along. */
export function RunHead({ view, timeline, incident }: RunHeadProps) {
  const { run } = view;
  const pauses = interruptions(run);
  const source = weakestSource(view.steps);
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <h1 className={classes.title}>
          <Link to={`/services/${run.service}`}>{run.serviceName}</Link>{' '}
          <span>{moveName(run.from, run.target)}</span>
        </h1>
        <RunMark run={run} boxed />
        <IncidentLink deploymentId={run.deploymentId} of={`${run.serviceName} ${releaseName(run.from)}`} />
        <span className={classes.copy}>
          <CopyButton
            text={() =>
              runMarkdown({ ...view, timeline }, window.location.href, incident && stripSvg(incident))
            }
          >
            Copy as Markdown
          </CopyButton>
        </span>
      </div>
      <p className={classes.sentence} aria-live="polite">
        {runSentence(run)}
      </p>
      <dl className={classes.facts}>
        <div>
          <dt>From</dt>
          <dd>
            <Link to={`/deployments/${run.deploymentId}`}>
              <ReleaseWords release={run.from} />
            </Link>
          </dd>
        </div>
        <div>
          <dt>To</dt>
          <dd>
            <Link to={`/deployments/${run.targetDeploymentId}`}>
              <ReleaseWords release={run.target} />
            </Link>
          </dd>
        </div>
        {othersOf(run, run.service).map((other) => (
          <div key={other.service}>
            <dt>Together with</dt>
            <dd>
              <Link to={`/deployments/${other.deploymentId}`}>{other.serviceName}</Link>{' '}
              {moveName(other.from, other.target)}, {other.status}
            </dd>
          </div>
        ))}
        <div>
          <dt>Asked for by</dt>
          <dd>
            {run.requester.name}
            {run.requester.kind !== 'person' && ` (${run.requester.kind})`}, <Instant at={run.createdAt} />
          </dd>
        </div>
        <div>
          <dt>{run.startedAt && run.finishedAt ? 'Took' : 'Time'}</dt>
          <dd>
            {!run.startedAt && 'not started'}
            {run.startedAt && run.finishedAt && run.workedSeconds !== null
              ? spokenDuration(run.workedSeconds)
              : null}
            {run.startedAt && !run.finishedAt && (
              <>
                <RunTime run={run} expected={expectedTotal(view.steps)} />
                {source && `, ${sourceWords(source)}`}
              </>
            )}
            {pauses && <span className={classes.pauses}>, {pauses}</span>}
          </dd>
        </div>
        {view.holder && (
          <div>
            <dt>Carried by</dt>
            <dd>
              <details>
                <summary>One of Lastgood's replicas</summary>
                {view.holder.replica}, since <Instant at={view.holder.since} as="clock" />
              </details>
            </dd>
          </div>
        )}
      </dl>
    </header>
  );
}
