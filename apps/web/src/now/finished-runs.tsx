import type { NowViewRunsItem } from '@lastgood/api-client';
import { useMinute } from '../clock/use-minute.ts';
import { RunRows } from '../history/run-rows.tsx';
import classes from './finished-runs.module.css';

/** After this a run that went well is folded; after an hour it is left to the history. */
const freshMs = 15 * 60_000;

/** Rollbacks that are over and well: those of the last quarter of an hour in a row each, older ones folded. */
export function FinishedRuns({ items }: { items: readonly NowViewRunsItem[] }) {
  const now = useMinute();
  if (items.length === 0) return null;
  const isFresh = ({ run }: NowViewRunsItem) => now - Date.parse(run.finishedAt ?? run.createdAt) < freshMs;
  const fresh = items.filter(isFresh).map(({ run }) => run);
  const older = items.filter((item) => !isFresh(item)).map(({ run }) => run);
  return (
    <section className={classes.group} aria-labelledby="over">
      <h2 id="over">Finished in the last hour</h2>
      {fresh.length > 0 && <RunRows runs={fresh} />}
      {older.length > 0 && (
        <details className={classes.older}>
          <summary>{older.length === 1 ? '1 earlier' : `${older.length} earlier`}</summary>
          <RunRows runs={older} />
        </details>
      )}
    </section>
  );
}
