import type { WatchRow } from '@lastgood/api-client';
import { memo } from 'react';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { releaseName } from '../run/release-names.ts';
import { StandingLine } from '../standing/standing-words.tsx';
import { Sparkline } from '../trigger/sparkline.tsx';
import classes from './watched-list.module.css';

/** Deployments under watch with nothing to say: one line each, so that eighty of them are two screens. */
export function WatchedList({ rows }: { rows: readonly WatchRow[] }) {
  return (
    <ul className={classes.list}>
      {rows.map((row) => (
        <WatchedRow key={row.deploymentId} row={row} />
      ))}
    </ul>
  );
}

const WatchedRow = memo(function WatchedRow({ row }: { row: WatchRow }) {
  const { standing, worst } = row;
  const meaning = useSeenMeaning(standing.meaning);
  return (
    <li>
      <Link className={classes.row} to={`/deployments/${row.deploymentId}`}>
        <MeaningIcon meaning={meaning} size="0.875rem" />
        <span className={classes.name}>
          {row.serviceName} <span className={classes.dim}>{releaseName(row)}</span>
        </span>
        <span className={classes.reading}>{standing.lead || standing.word}</span>
        {worst && row.spark.length > 1 ? (
          <Sparkline
            values={row.spark}
            threshold={worst.threshold}
            label={`Last ${row.spark.length} values of ${worst.name}`}
          />
        ) : (
          <span />
        )}
        <span className={classes.until}>
          {standing.state === 'watched' && row.watchEndsAt ? (
            <>
              until <Instant at={row.watchEndsAt} as="short" light />
            </>
          ) : standing.state === 'recorded' ? (
            standing.word
          ) : (
            <StandingLine standing={standing} />
          )}
        </span>
      </Link>
    </li>
  );
});
