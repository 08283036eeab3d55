import { isSameWorkload } from '../workload/workload.ts';
import { lastKnown, type ObservedWorkload } from './capture.ts';
import { type NewDeployment, newDeployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import { versionOf } from './version.ts';

/**
 * The same observation gives the same id, so that several replicas that see it together write one row: the service, what it
 * comes after, and what was seen.
 */
function idOf({ service, latest }: FollowedService, observed: readonly ObservedWorkload[]): string {
  const seen = observed.map(({ snapshot }) => snapshot.templateDigest.replace(/^sha256:/, '').slice(0, 12));
  return [service.key.replaceAll('/', '.'), latest ? latest.release : 'first', ...seen].join('-');
}

/** A deployment that nobody registered, as it was observed, with what is known besides. */
export function detected(
  followed: FollowedService,
  observed: readonly ObservedWorkload[],
  now: number,
  known: Partial<NewDeployment>,
): NewDeployment {
  const { key, strategy } = followed.service;
  const [id, version] = [idOf(followed, observed), versionShown(followed, observed)];
  return newDeployment({
    ...{ id, version, service: key, strategy, origin: 'detected', startedAt: now },
    ...known,
  });
}

function versionShown(
  { service, latest }: FollowedService,
  [first]: readonly ObservedWorkload[],
): string | null {
  if (!first) return null;
  const declared = service.workloads.find((one) => isSameWorkload(one, first.workload));
  return versionOf(first.snapshot, lastKnown(latest, first.workload), declared);
}
