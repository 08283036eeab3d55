import type { Drills } from '@lastgood/api-client';
import { Link } from 'react-router';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import columns from '../pages/two-columns.module.css';
import classes from './drill-card.module.css';
import notice from './notice.module.css';

/** When the way back of a service was gone last, when that is due again, and how to do it, in the server's words. */
export function DrillCard({ drills: { state, last, words } }: { drills: Drills }) {
  return (
    <section className={columns.card} aria-labelledby="practice">
      <h2 id="practice">Way back, last practised</h2>
      <p className={classes.words}>
        {words.last} {last?.runId && <Link to={`/runs/${last.runId}`}>The rollback</Link>}
      </p>
      {state === 'overdue' ? (
        <p className={notice.notice} role="note" aria-label="Practice is overdue">
          <MeaningIcon meaning="watch" />
          <span>{words.due}</span>
        </p>
      ) : (
        <p className={columns.dim}>{words.due}</p>
      )}
      {state !== 'not-possible' && <p className={`${columns.dim} ${classes.words}`}>{words.how}</p>}
    </section>
  );
}
