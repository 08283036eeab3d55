import type { WorkloadSnapshot } from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import { type NewDeployment, newDeployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';

/** The tag of the first image, for people. */
export function versionOf({ images }: Pick<WorkloadSnapshot, 'images'>): string | null {
  const image = Object.values(images)[0];
  const tag = image?.split('@')[0]?.match(/:([^/:]+)$/)?.[1];
  return tag ?? null;
}

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
  const [id, version] = [idOf(followed, observed), observed[0] ? versionOf(observed[0].snapshot) : null];
  return newDeployment({
    ...{ id, version, service: key, strategy, origin: 'detected', startedAt: now },
    ...known,
  });
}
