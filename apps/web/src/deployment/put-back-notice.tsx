import type { PutBack, Standing } from '@lastgood/api-client';
import { Link } from 'react-router';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './notice-list.module.css';

interface PutBackNoticeProps {
  putBack: PutBack | null;
  /** What is said above it already is not said again. */
  standing?: Pick<Standing, 'lead' | 'restraints'>;
  /** Leads to the run. */
  link?: boolean;
}

/** That somebody put back what was taken back, and what to do about it; or that nobody has. */
export function PutBackNotice({ putBack, standing, link = false }: PutBackNoticeProps) {
  if (!putBack) return null;
  const { state, words, advice, runId } = putBack;
  const run = link && runId && <Link to={`/runs/${runId}`}>The run that had taken it back</Link>;
  const isSaid = [standing?.lead, ...(standing?.restraints ?? [])].includes(words.replace(/\.$/, ''));
  if (isSaid) return run ? <p>{run}</p> : null;
  const meaning = state === 'back' ? 'act' : 'done';
  return (
    <p className={classes.item} data-meaning={meaning}>
      <MeaningIcon meaning={meaning} />
      <span>
        {state === 'back' ? <strong>{words}</strong> : words} {advice} {run}
      </span>
    </p>
  );
}
