import type { ObservedWorkload } from '../../deployment/capture.ts';
import type { DeploymentCommit } from '../../deployment/deployment-commit.ts';
import { warnedEvents } from '../../deployment/warned-events.ts';
import type { Service } from '../../service/service.ts';
import type { RegisteredRelease } from './registered-release.ts';
import { registrationNotices } from './registration-notices.ts';

/**
 * What was found in the cluster, with what is to be said of the newest of it; the way back is told before it is needed.
 *
 * @param available the kinds of steps that this installation can do, where that is known
 */
export function withNotices(
  commit: DeploymentCommit | null,
  service: Service,
  seen: readonly ObservedWorkload[],
  available?: RegisteredRelease['available'],
): DeploymentCommit | null {
  const newest = commit?.newDeployments?.at(-1);
  if (!commit || !newest) return commit;
  const release = { service, deployment: newest, seen, ...(available && { available }) };
  const notices = registrationNotices(release, newest.notices);
  if (notices.length === 0) return commit;
  const told = { ...newest, notices };
  const others = commit.newDeployments?.slice(0, -1) ?? [];
  return {
    ...commit,
    newDeployments: [...others, told],
    events: [...(commit.events ?? []), ...warnedEvents(told, told.startedAt)],
  };
}
