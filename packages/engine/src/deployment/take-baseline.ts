import {
  type DeploymentCommit,
  type FollowedService,
  firstSight,
  followService,
  type ObservedWorkload,
  ownRollout,
  withNotices,
} from '@lastgood/domain';
import { availableKinds } from '../rollback/apply-step.ts';
import { observeWithConfiguration } from './record-configuration.ts';
import type { RegisterDependencies } from './register.ts';

/** What was taken as the release that a service starts with. */
export interface TakenBaseline {
  /** Null while nothing can be presumed good, and for a service that has releases already. */
  inWords: string | null;
  warnings: string[];
}

const nothingNew: TakenBaseline = { inWords: null, warnings: [] };

/**
 * Looks at a service that has no release yet, and presumes good what serves. A cluster that does not answer in time is a
 * warning: the follower comes back to it.
 */
export async function takeBaseline(
  deps: Pick<RegisterDependencies, 'deployments' | 'ports' | 'clock' | 'deadlineMs'>,
  key: string,
  signal: AbortSignal,
): Promise<TakenBaseline> {
  const [followed] = await deps.deployments.followed([key]);
  if (!followed || followed.latest) return nothingNew;
  const { seen, trouble } = await observeWithConfiguration(deps, followed.service, signal);
  if (trouble.length > 0) {
    const unseen = (reason: string) =>
      `What serves now could not be recorded yet (${reason}); Lastgood keeps trying.`;
    return { inWords: null, warnings: trouble.map(unseen) };
  }
  // Looking took its time: a pipeline may have registered its deployment meanwhile.
  const [newest] = await deps.deployments.followed([key]);
  if (!newest || newest.latest) return nothingNew;
  const found = followService(newest, seen, deps.clock.now());
  const commit = withNotices(found, newest.service, seen, availableKinds(deps.ports));
  if (commit) await deps.deployments.commit(commit);
  return taken(newest, seen, commit);
}

function taken(
  { service }: FollowedService,
  seen: readonly ObservedWorkload[],
  commit: DeploymentCommit | null,
): TakenBaseline {
  const sight = firstSight(seen);
  if (sight.kind === 'undecided') {
    const text = `No release of ${service.name} is presumed good yet: ${sight.doubt}. Lastgood takes the first version that it sees serve.`;
    return { inWords: null, warnings: [text] };
  }
  return { inWords: `release 1: ${sight.inWords}`, warnings: underWay(seen, commit) };
}

/** A rollout that was found beside what serves. */
function underWay(seen: readonly ObservedWorkload[], commit: DeploymentCommit | null): string[] {
  return (commit?.newDeployments ?? []).slice(1).map((row) => {
    const rollout = ownRollout({ ...row, release: 2 }, seen);
    const doubt = rollout.kind === 'serving' ? '' : ` (${rollout.doubt})`;
    return `${row.version ?? 'Another version'} is being rolled out and is not good yet${doubt}: it is release 2.`;
  });
}
