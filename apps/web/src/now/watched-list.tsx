import type { WatchRow } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { watchRowMeaning } from '../meaning/meaning.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { releaseName } from '../run/release-names.ts';
import { readingAgainstThreshold } from '../trigger/trigger-words.ts';
import classes from './watched-list.module.css';

/** Deployments under watch with nothing to say: one line each. */
export function WatchedList({ rows }: { rows: readonly WatchRow[] }) {
  return (
    <ul className={classes.list}>
      {rows.map((row) => (
        <li key={row.deploymentId}>
          <Link className={classes.row} to={`/deployments/${row.deploymentId}`}>
            <MeaningIcon meaning={watchRowMeaning(row.state).meaning} size="0.875rem" />
            <span className={classes.name}>
              {row.serviceName} <span className={classes.dim}>{releaseName(row)}</span>
            </span>
            <span className={classes.until}>
              <Until row={row} />
            </span>
            <span className={classes.reading}>
              {row.worst ? `${row.worst.name} ${readingAgainstThreshold(row.worst)}` : 'not read yet'}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Until({ row: { state, watchEndsAt, beyondWindow } }: { row: WatchRow }) {
  if (state === 'deploying' || !watchEndsAt) return 'deploying';
  if (beyondWindow) return beyondWindow;
  return (
    <>
      until <Instant at={watchEndsAt} as="short" light />
    </>
  );
}
