import { lastKnown } from '../../../deployment/capture.ts';
import { changeOf, type Deployment, type WorkloadChange } from '../../../deployment/deployment.ts';
import { workloadsOf } from '../../../service/service.ts';
import type { WorkloadRef, WorkloadSnapshot } from '../../../workload/workload.ts';
import type { Need } from '../../need.ts';
import type { WayContext } from '../way.ts';

export type RollingContext = WayContext<unknown, WorkloadChange>;

/** The workloads that the deployment changed, else those of the service, each with what it should return to. */
export function neededWorkloads(context: RollingContext): Need<'workload'>[] {
  const { service, deployment, target, changes } = context;
  const { cluster, namespace } = service;
  const refs = changes.length > 0 ? changes.map((change) => change.target) : workloadsOf(service);
  return refs.flatMap((ref) => {
    const to = recordedTarget(ref, deployment, target);
    // One that was declared after the target, and that the deployment left alone, has nothing to return to.
    if (to === null && isLeftAlone(changeOf(deployment.changes, ref))) return [];
    const uid = to && currentUid(context, ref, to);
    return [{ kind: 'workload', ask: { workload: { ...ref, cluster, namespace }, to, uid } }];
  });
}

function isLeftAlone(change: WorkloadChange | undefined): boolean {
  const { before, after } = change ?? {};
  return before != null && before.templateDigest === after?.templateDigest;
}

/** The target as it served; a first registered deployment knows its predecessor only from its own *before*. */
function recordedTarget(
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
