import { useRunView } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { sayRun } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { UndoCountdown } from '../rollback/undo-countdown.tsx';
import classes from './active-run.module.css';
import { RunTime } from './run-card.tsx';
import { StepList } from './step-list.tsx';
import { expectedTotal } from './step-progress.ts';

/** The run under way, where the button was: countdown, then steps. */
export function ActiveRun({ runId }: { runId: string }) {
  const { data, error } = useRunView(runId);
  if (!data) return <p>{error ? `The run cannot be shown: ${error.message}` : 'Loading the run…'}</p>;
  const { run, steps } = data;
  return (
    <div className={classes.run}>
      <div className={classes.head}>
        <MeaningMark said={sayRun(run)} />
        <span>
          {run.from.release} → {run.target.release}
        </span>
        <span className={classes.time}>
          <RunTime run={run} expected={expectedTotal(steps)} />
        </span>
      </div>
      {run.status === 'queued' ? (
        <UndoCountdown run={run} />
      ) : (
        <p aria-live="polite">{sentenceCase(run.sentence)}</p>
      )}
      <StepList steps={steps} />
      <Link to={`/runs/${run.id}`}>Open the run</Link>
    </div>
  );
}
