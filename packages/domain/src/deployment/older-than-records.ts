import { lastKnown, type ObservedWorkload } from './capture.ts';
import { changeOf, type Deployment } from './deployment.ts';
import { readSince } from './version-age.ts';

/** No generation was recorded: what a rollback set is known by its template alone. */
const unknownGeneration = 0;

/**
 * Whether an observation shows a time before what the newest deployment already knows: a memory that lags behind, or a read
 * that took its time. What it shows was true once, so nothing follows from it.
 */
export function isOlderThanRecords(latest: Deployment, observed: readonly ObservedWorkload[]): boolean {
  return observed.some(({ workload, snapshot }) => {
    const known = lastKnown(latest, workload);
    const hasGenerations =
      known?.uid === snapshot.uid &&
      known.generation !== unknownGeneration &&
      snapshot.generation !== unknownGeneration;
    if (hasGenerations && snapshot.generation < known.generation) return true;
    const recordedAt = changeOf(latest.changes, workload)?.after?.observedAt ?? latest.startedAt;
    return snapshot.observedAt < Math.max(latest.startedAt, recordedAt, readSince(latest));
  });
}
