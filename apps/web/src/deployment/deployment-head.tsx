import type { DeploymentView } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Acknowledge } from '../acknowledgement/acknowledge.tsx';
import { Instant } from '../clock/instant.tsx';
import { IncidentLink } from '../incident/incident-link.tsx';
import { MarkButton } from '../mark/mark-button.tsx';
import { markWords } from '../mark/mark-words.ts';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { ProofWords } from '../proof/proof-words.tsx';
import { Commit } from '../rollback/changes/commits.tsx';
import { releaseLead, releaseName, releaseTitle } from '../run/release-names.ts';
import { StandingMark, StandingWords } from '../standing/standing-words.tsx';
import classes from './deployment-head.module.css';
import { looksWords } from './looks-words.ts';
import { OutsideLink } from './outside-link.tsx';

const origins = { rollback: 'a rollback: an earlier version again', detected: 'seen in the cluster' };

/** Which version of what, from whom, how it stands, how long it is watched. */
export function DeploymentHead({ view }: { view: DeploymentView }) {
  const { deployment } = view;
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <h1 className={classes.title}>
          <Link to={`/services/${deployment.service}`}>{view.serviceName}</Link>{' '}
          <span>{releaseLead(deployment)}</span>
          {deployment.version !== null && (
            <span className={classes.number}> release {deployment.release}</span>
          )}
        </h1>
        <StandingMark standing={view.standing} boxed />
        <Acknowledge deploymentId={deployment.id} serviceName={view.serviceName} standing={view.standing} />
        <IncidentLink deploymentId={deployment.id} of={`${view.serviceName} ${releaseName(deployment)}`} />
      </div>
      <StandingWords standing={view.standing} />
      {view.beyondWindow && <p className={classes.beyond}>{sentenceCase(view.beyondWindow)}</p>}
      <dl className={classes.facts}>
        <Fact name="Commit">
          {deployment.commit && <Commit of={{ commit: deployment.commit, url: view.commitUrl }} />}
        </Fact>
        <Fact name="Author">{deployment.author}</Fact>
        <Fact name="Pipeline">{deployment.pipelineUrl && <OutsideLink url={deployment.pipelineUrl} />}</Fact>
        <Fact name="Origin">{deployment.origin === 'pipeline' ? null : origins[deployment.origin]}</Fact>
        <Fact name="Strategy">{deployment.strategy}</Fact>
        <Fact name="Environment">{view.environment}</Fact>
        <Fact name="Started">
          <Instant at={deployment.startedAt} />
        </Fact>
        <Fact name="Rollout">{deployment.rollout}</Fact>
        <Fact name="Proof">
          <ProofWords
            deploymentId={deployment.id}
            proof={deployment.proof}
            at={deployment.provenAt}
            standing={view.standing.state === 'past' ? null : view.standing}
            of={`${releaseTitle(deployment)} of ${view.serviceName}`}
          />
        </Fact>
        <Fact name="Marked">
          <MarkButton
            deploymentId={deployment.id}
            name={`${releaseName(deployment)} of ${view.serviceName}`}
            words={deployment.mark ? markWords(deployment.mark) : 'by nobody'}
          />
        </Fact>
        <Fact name="Seen serving">{looksWords(deployment)}</Fact>
        <Fact name="Watched">{watchedUntil(view)}</Fact>
        <Fact name="Rolled back">{deployment.rolledBackAt && <Instant at={deployment.rolledBackAt} />}</Fact>
        <Fact name="Superseded by">
          {deployment.supersededBy && (
            <Link to={`/deployments/${deployment.supersededBy}`}>a newer deployment</Link>
          )}
        </Fact>
      </dl>
    </header>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function watchedUntil({ deployment, beyondWindow }: DeploymentView) {
  if (!deployment.watched) return 'no more';
  if (!deployment.watchEndsAt)
    return deployment.status === 'failed' ? 'until it is complete or replaced' : 'while it is in progress';
  if (beyondWindow) return 'until the breach is over';
  return (
    <>
      until <Instant at={deployment.watchEndsAt} as="short" />
    </>
  );
}
