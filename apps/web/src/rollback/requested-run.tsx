import { useRunView } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { runMeaning } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import classes from './rollback-button.module.css';

/** What became of the press, where the button was. */
export function RequestedRun({ runId }: { runId: string }) {
  const run = useRunView(runId).data?.run;
  if (!run) return null;
  return (
    <p className={classes.requested}>
      <MeaningMark said={runMeaning(run)} />
      <span>{sentenceCase(run.sentence)}</span>
      <Link to={`/runs/${run.id}`}>Open the run</Link>
    </p>
  );
}
