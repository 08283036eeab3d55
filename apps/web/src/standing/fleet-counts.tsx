import type { FleetStanding } from '@lastgood/api-client';
import classes from './fleet-counts.module.css';

/** All services, each counted once, by how they stand; the worst first. */
export function FleetCounts({ counts }: Pick<FleetStanding, 'counts'>) {
  return (
    <ul className={classes.counts} aria-label="All services">
      {counts.map((count) => (
        <li key={count.state} data-meaning={count.meaning}>
          {count.text}
        </li>
      ))}
    </ul>
  );
}
