import {
  type Deployment,
  followService,
  type NamedRelease,
  type Requester,
  releaseName,
  workloadChanges,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import { observeService } from '../deployment/observe-service.ts';
import type { GatherDependencies } from './gather-facts.ts';
import type { WorkContext } from './work-context.ts';

/** What the records of a run's service say once the cluster was looked at afresh. */
export type LookedAfresh =
  /** A newer release than the one that the run takes back, which is what the cluster shows. */
  | { kind: 'newer'; newest: NamedRelease }
  /** The same release; it has set something else than was recorded, which is recorded now. */
  | { kind: 'corrected'; deployment: Deployment }
  /** Nothing that was not known before, or the cluster could not be read. */
  | { kind: 'as-known' };

interface Dependencies extends GatherDependencies {
  clock: Clock;
}

/**
 * Whether *a third version* may come of records that are late: an automatic run was decided by them. A person has looked
 * for himself. A run that may have changed anything is no longer looked at afresh: it stops where it is.
 */
export function mayBeLate({
  run,
  members,
  isRecorded,
}: Pick<WorkContext, 'members' | 'isRecorded'> & { run: { requester: Requester } }): boolean {
  return run.requester.kind === 'automatic' && !members && !isRecorded;
}

export function isThirdVersion({ code }: { code?: string | undefined }): boolean {
  return code === 'third-version';
}

/** What a run says that is withdrawn for it. */
export function whyWithdrawn(
  { deployment }: Pick<WorkContext, 'deployment'>,
  afresh: Exclude<LookedAfresh, { kind: 'as-known' }>,
): string {
  if (afresh.kind === 'newer')
    return `Its records were late: ${releaseName(afresh.newest)} is newer than ${releaseName(deployment)}, which was to be taken back.`;
  return `Its records were late: ${releaseName(deployment)} has set something else than was recorded.`;
}

/** Looks at the run's service as the follower would if the run were not active, and writes what is new. */
export async function lookAfresh(
  { deployments, ports, clock }: Dependencies,
  { service, deployment }: Pick<WorkContext, 'service' | 'deployment'>,
  signal: AbortSignal,
): Promise<LookedAfresh> {
  const { seen, trouble } = await observeService(ports.rollout, service, signal);
  const [known] = await deployments.followed([service.key]);
  if (trouble.length > 0 || signal.aborted || !known) return { kind: 'as-known' };
  const commit = followService({ ...known, activeRunId: null }, seen, clock.now());
  if (commit) await deployments.commit(commit);
  const [now] = await deployments.followed([service.key]);
  const newest = now?.latest;
  if (newest && newest.release > deployment.release) return { kind: 'newer', newest };
  if (newest?.id === deployment.id && leftBehind(newest) !== leftBehind(deployment))
    return { kind: 'corrected', deployment: newest };
  return { kind: 'as-known' };
}

/** The templates it is known to have set, to compare. */
function leftBehind(deployment: Deployment): string {
  return workloadChanges(deployment)
    .map(({ target, after }) => `${target.kind} ${target.name} ${after?.templateDigest}`)
    .join();
}
