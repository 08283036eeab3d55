import type { NowView, WatchRow } from '@lastgood/api-client';
import { Link } from 'react-router';
import { counted } from '../meaning/counted.ts';
import classes from './card-sections.module.css';
import { WatchedList } from './watched-list.tsx';

/** What is under watch and calm, in a line each, and how many services are not shown at all. */
export function WatchedSection({
  view,
  rows,
  others,
}: {
  view: NowView;
  rows: readonly WatchRow[];
  others: boolean;
}) {
  if (view.services === 0) return null;
  const quiet = view.fleet.counts.find(({ state }) => state === 'quiet');
  return (
    <section className={classes.group} aria-labelledby="watched">
      <h2 id="watched">
        Watched <span>Nobody has to act</span>
      </h2>
      {rows.length > 0 && <WatchedList rows={rows} />}
      {rows.length === 0 && view.more.watched === 0 && (
        <p className={classes.dim}>
          {others ? 'No other deployment' : 'No deployment'} is under watch. The next one is watched from the
          moment it is registered.
        </p>
      )}
      {view.more.watched > 0 && (
        <p className={classes.dim}>
          <Link to="/services">{counted(view.more.watched, 'more service')}</Link>; those that stand worst are
          shown.
        </p>
      )}
      {quiet && (
        <p className={classes.dim}>
          <Link to="/services">{quiet.text}</Link>
        </p>
      )}
    </section>
  );
}
