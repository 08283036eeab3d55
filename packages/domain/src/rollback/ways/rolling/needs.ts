import { lastKnown } from '../../../deployment/capture.ts';
import { changeOf, type Deployment, type WorkloadChange } from '../../../deployment/deployment.ts';
import { workloadsOf } from '../../../service/service.ts';
import type { WorkloadRef, WorkloadSnapshot } from '../../../workload/workload.ts';
import type { Need } from '../../need.ts';
import { isConfigurationChange } from '../configuration/change.ts';
import { restartsFor } from '../configuration/recorded.ts';
import type { WayContext } from '../way.ts';

export type RollingContext = WayContext<unknown, WorkloadChange>;

/**
 * The workloads that the deployment changed, else those of the service, each with what it should return to. Where it changed
 * something else, as one that only turns a flag, what it left as the target served it is not asked for.
 */
export function neededWorkloads(context: RollingContext): Need<'workload'>[] {
  const { service, deployment, target, changes } = context;
  const { cluster, namespace } = service;
  const isElsewhere = changedElsewhere(context);
  const refs = changes.map((change) => change.target);
  return (refs.length > 0 || isElsewhere ? refs : workloadsOf(service)).flatMap((ref) => {
    const to = recordedTarget(ref, deployment, target);
    // One that was declared after the target, and that the deployment left alone, has nothing to return to.
    if (to === null && isLeftAlone(changeOf(deployment.changes, ref))) return [];
    const restart = restartsFor(ref, context) ? { restart: `${deployment.id}/${target.id}` } : {};
    const isSame = to !== null && leftBehind(context, ref)?.templateDigest === to.templateDigest;
    if (isElsewhere && isSame && !('restart' in restart)) return [];
    const uid = to && currentUid(context, ref, to);
    return [{ kind: 'workload', ask: { workload: { ...ref, cluster, namespace }, to, uid, ...restart } }];
  });
}

/** Whether the deployment is known to have changed more than workloads: another way takes that back. */
export function changedElsewhere({ deployment }: Pick<RollingContext, 'deployment'>): boolean {
  return deployment.changes.some((change) => change.kind !== 'workload' && !isConfigurationChange(change));
}

function isLeftAlone(change: WorkloadChange | undefined): boolean {
  const { before, after } = change ?? {};
  return before != null && before.templateDigest === after?.templateDigest;
}

/** The target as it served; a first registered deployment knows its predecessor only from its own *before*. */
export function recordedTarget(
  workload: WorkloadRef,
  deployment: Deployment,
  target: Deployment,
): WorkloadSnapshot | null {
  const served = changeOf(target.changes, workload)?.after;
  if (served) return served;
  const follows = deployment.previousDeploymentId === target.id;
  return follows ? (changeOf(deployment.changes, workload)?.before ?? null) : null;
}

/**
 * The object that may be changed: the one the deployment was last seen with. What was created again under its name since then
 * is followed as soon as it has been seen.
 */
export function currentUid(
  { deployment }: Pick<RollingContext, 'deployment'>,
  workload: WorkloadRef,
  to: WorkloadSnapshot,
): string {
  return lastKnown(deployment, workload)?.uid ?? to.uid;
}

/** As the deployment left it, when that was seen. */
export function leftBehind({ changes }: RollingContext, workload: WorkloadRef): WorkloadSnapshot | null {
  return changeOf(changes, workload)?.after ?? null;
}
