import type { PutBack } from '@lastgood/api-client';
import { Link } from 'react-router';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './notice-list.module.css';

/** That somebody put back what was taken back, and what to do about it; or that nobody has. `link` leads to the run. */
export function PutBackNotice({ putBack, link = false }: { putBack: PutBack | null; link?: boolean }) {
  if (!putBack) return null;
  const { state, words, advice, runId } = putBack;
  const meaning = state === 'back' ? 'act' : 'done';
  return (
    <p className={classes.item} data-meaning={meaning}>
      <MeaningIcon meaning={meaning} />
      <span>
        {state === 'back' ? <strong>{words}</strong> : words} {advice}{' '}
        {link && runId && <Link to={`/runs/${runId}`}>The run that had taken it back</Link>}
      </span>
    </p>
  );
}
