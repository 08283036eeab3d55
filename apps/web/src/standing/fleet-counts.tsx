import type { FleetStanding } from '@lastgood/api-client';
import { useUnseenSince } from '../live/unseen-since.ts';
import classes from './fleet-counts.module.css';

/** All services, each counted once, by how they stand; the worst first. */
export function FleetCounts({ counts }: Pick<FleetStanding, 'counts'>) {
  const unseen = useUnseenSince();
  return (
    <ul className={classes.counts} aria-label="All services">
      {counts.map((count) => (
        <li key={count.state} data-meaning={unseen === null ? count.meaning : 'unknown'}>
          {count.text}
        </li>
      ))}
    </ul>
  );
}
