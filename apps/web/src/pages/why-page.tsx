import type { Explanation } from '@lastgood/api-client';
import { useDeploymentExplanation, useRunExplanation } from '@lastgood/api-client/queries';
import { Link, useParams } from 'react-router';
import { EvaluationTable } from '../explanation/evaluation-table.tsx';
import { ReplayNote } from '../explanation/replay-note.tsx';
import { RestraintList } from '../explanation/restraint-list.tsx';
import { ReleaseWords } from '../run/release.tsx';
import { releaseName } from '../run/release-names.ts';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';
import columns from './two-columns.module.css';
import classes from './why-page.module.css';

/** Why a run was made: what was asked, answered and concluded, slot by slot. */
export function RunWhyPage() {
  const { id = '' } = useParams();
  return <Why key={id} asked={useRunExplanation(id)} what="run" />;
}

/** Why the last decision about a deployment was made. */
export function DeploymentWhyPage() {
  const { id = '' } = useParams();
  return <Why key={id} asked={useDeploymentExplanation(id)} what="deployment" />;
}

interface Asked {
  data: Explanation | undefined;
  error: unknown;
  refetch: () => unknown;
}

function Why({ asked: { data, error, refetch }, what }: { asked: Asked; what: string }) {
  if (data) return <Explained told={data} />;
  if (error) return <PageError error={error} what={what} retry={() => void refetch()} />;
  return <PageLoading what="the explanation" />;
}

const askers = { automatic: 'the trigger', person: '', ci: 'the pipeline', nobody: '' } as const;

function Explained({ told }: { told: Explanation }) {
  const { service, serviceName, deploymentId, release, runId, askedFor, askedBy, triggers } = told;
  useTitle(`Why: ${serviceName} ${releaseName(release)}`);
  return (
    <article className={columns.page}>
      <header className={classes.head}>
        <h1>
          Why: <Link to={`/services/${service}`}>{serviceName}</Link> {releaseName(release)}
        </h1>
        <p className={columns.dim}>
          <Link to={`/deployments/${deploymentId}`}>
            <ReleaseWords release={release} />
          </Link>
          {runId !== null && (
            <>
              {' · '}
              <Link to={`/runs/${runId}`}>The record of the run</Link>
            </>
          )}
          {askedBy !== null && ` · asked for by ${`${askers[askedFor]} ${askedBy}`.trim()}`}
        </p>
      </header>
      <section className={columns.card} aria-labelledby="conclusion">
        <h2 id="conclusion">{told.decidedAt === null ? 'Asked for' : 'Decided'}</h2>
        <p className={classes.sentence}>{told.sentence}</p>
        <ReplayNote replay={told.replay} />
      </section>
      {triggers.map((one) => (
        <section key={one.trigger} className={columns.card} aria-label={`Evaluations of ${one.trigger}`}>
          <EvaluationTable of={one} />
        </section>
      ))}
      {told.restraints.length > 0 && (
        <section className={columns.card} aria-labelledby="restraints">
          <h2 id="restraints">What could hold it back</h2>
          <RestraintList restraints={told.restraints} />
        </section>
      )}
      {told.onScreen.length > 0 && (
        <section className={columns.card} aria-labelledby="on-screen">
          <h2 id="on-screen">{askedFor === 'person' ? 'On the screen then' : 'All triggers then'}</h2>
          <OnScreen rows={told.onScreen} />
        </section>
      )}
    </article>
  );
}

function OnScreen({ rows }: { rows: Explanation['onScreen'] }) {
  return (
    <dl className={classes.screen}>
      {rows.map(({ trigger, phase, text }) => (
        <div key={trigger}>
          <dt>{trigger}</dt>
          <dd>
            {phase}: {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}
