import { clocksDifferMs, type ListedObject } from '../workload/cluster-object.ts';
import type { Deployment } from './deployment.ts';
import { releaseSubject } from './release-words.ts';

/**
 * From when on what was created is of a release that nobody registered, and that is there already when it is seen; in words why nobody
 * can tell. What was created until the release before it was complete may be of that one.
 *
 * @param at when it was detected
 */
export function createdSince(previous: Deployment | null, at: number): number | { reason: string } {
  if (previous === null) return { reason: 'nobody knows what was there before' };
  const { status, completedAt } = previous;
  if (status === 'in_progress' || completedAt === null)
    return {
      reason: `${releaseSubject(previous)} was not seen complete before it, so what was created may be of either`,
    };
  // The cluster tells whole seconds.
  return Math.max(at - clocksDifferMs, completedAt + 1_000);
}

/** Whether it was there before: all of it, where the cluster does not tell since when it is there. */
export function wasThereBefore({ createdAt }: Pick<ListedObject, 'createdAt'>, since: number): boolean {
  return createdAt === null || createdAt < since;
}
