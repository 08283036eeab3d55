import type { Run } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { IncidentLink } from '../incident/incident-link.tsx';
import { togetherWith } from '../run/group-members.ts';
import { moveName, releaseName } from '../run/release-names.ts';
import { requesterWords } from '../run/run-card.tsx';
import { RunMark } from '../run/run-mark.tsx';
import { spokenDuration } from '../time/duration.ts';
import classes from './run-rows.module.css';

/** Runs as rows: how it ended, of what, why, how long, when. */
export function RunRows({ runs }: { runs: readonly Run[] }) {
  return (
    <ul className={classes.list}>
      {runs.map((run) => (
        <li key={run.id}>
          <Link to={`/runs/${run.id}`} className={classes.row}>
            <span className={classes.mark}>
              <RunMark run={run} />
            </span>
            <span className={classes.what}>
              <strong>{run.serviceName}</strong> {moveName(run.from, run.target)}{' '}
              {togetherWith(run, run.service)}
            </span>
            <span className={classes.why}>
              {requesterWords(run)}: {run.reason}
            </span>
            <span className={classes.took}>
              {run.workedSeconds === null ? '' : spokenDuration(run.workedSeconds)}
            </span>
            <span className={classes.when}>
              <Instant at={run.createdAt} as="short" light />
            </span>
          </Link>
          <IncidentLink deploymentId={run.deploymentId} of={`${run.serviceName} ${releaseName(run.from)}`} />
        </li>
      ))}
    </ul>
  );
}
