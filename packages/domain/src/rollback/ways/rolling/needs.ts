import { type Deployment, type WorkloadChange, workloadChanges } from '../../../deployment/deployment.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import type { Need } from '../../need.ts';
import type { WayContext } from '../way.ts';

export type RollingContext = WayContext<unknown, WorkloadChange>;

/** The workloads that the deployment changed, else those of the service, each with what it should return to. */
export function neededWorkloads({
  service,
  deployment,
  target,
  changes,
}: RollingContext): Need<'workload'>[] {
  const { cluster, namespace } = service;
  const refs = changes.length > 0 ? changes.map((change) => change.target) : service.workloads;
  return refs.map((ref) => ({
    kind: 'workload',
    ask: { workload: { ...ref, cluster, namespace }, to: recordedTarget(ref.name, deployment, target) },
  }));
}

/** The target as it served; a first registered deployment knows its predecessor only from its own *before*. */
function recordedTarget(name: string, deployment: Deployment, target: Deployment): WorkloadSnapshot | null {
  const served = changeOf(workloadChanges(target), name)?.after;
  if (served) return served;
  const follows = deployment.previousDeploymentId === target.id;
  return follows ? (changeOf(workloadChanges(deployment), name)?.before ?? null) : null;
}

/** As the deployment left it, when that was seen. */
export function leftBehind({ changes }: RollingContext, name: string): WorkloadSnapshot | null {
  return changeOf(changes, name)?.after ?? null;
}

function changeOf(changes: readonly WorkloadChange[], name: string): WorkloadChange | undefined {
  return changes.find((change) => change.target.name === name);
}
