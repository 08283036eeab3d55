import type { Run } from '@lastgood/api-client';
import { Link } from 'react-router';
import { RunMark } from '../run/run-mark.tsx';
import { runSentence } from '../run/run-sentence.ts';
import classes from './rollback-button.module.css';

/** What became of the press, where the button was. */
export function RequestedRun({ run }: { run: Run }) {
  return (
    <p className={classes.requested}>
      <RunMark run={run} />
      <span>{runSentence(run)}</span>
      <Link to={`/runs/${run.id}`}>Open the run</Link>
    </p>
  );
}
