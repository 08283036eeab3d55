import { type Deployment, type WorkloadChange, workloadChanges } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import type { ImageEvidence, ReadResult } from '../workload/observation.ts';
import type { WorkloadSnapshot, WorkloadTarget } from '../workload/workload.ts';
import type { StepKind } from './step.ts';

/** Ask: one workload whose state must be known, and what it should return to (null: nothing was recorded). */
export interface NeededWorkload {
  workload: WorkloadTarget;
  /** As the deployment left it, when that was seen. */
  from: WorkloadSnapshot | null;
  to: WorkloadSnapshot | null;
}

/** Fetched: what was learned about one workload. `to` has its images pinned where that was needed. */
export interface WorkloadFacts extends NeededWorkload {
  read: ReadResult;
  evidence: ImageEvidence[];
}

/** Everything a strategy may look at. */
export interface RollbackFacts {
  service: Service;
  deployment: Deployment;
  target: Deployment | null;
  workloads: WorkloadFacts[];
  /** How long steps of each kind took in this service's former runs, in milliseconds. */
  stepDurations: Partial<Record<StepKind, number[]>>;
}

/** Which workloads a plan must know about: those the deployment changed, else those of the service. */
export function neededWorkloads(
  service: Service,
  deployment: Deployment,
  target: Deployment | null,
): NeededWorkload[] {
  const changed = workloadChanges(deployment);
  const refs = changed.length > 0 ? changed.map((change) => change.target) : service.workloads;
  return refs.map((ref) => ({
    workload: { ...ref, cluster: service.cluster, namespace: service.namespace },
    from: changeOf(changed, ref.name)?.after ?? null,
    to: recordedTarget(ref.name, deployment, target),
  }));
}

/** The target as it served; a first registered deployment knows its predecessor only from its own *before*. */
function recordedTarget(
  name: string,
  deployment: Deployment,
  target: Deployment | null,
): WorkloadSnapshot | null {
  const served = target ? changeOf(workloadChanges(target), name)?.after : null;
  if (served) return served;
  const follows = target !== null && deployment.previousDeploymentId === target.id;
  return follows ? (changeOf(workloadChanges(deployment), name)?.before ?? null) : null;
}

function changeOf(changes: readonly WorkloadChange[], name: string): WorkloadChange | undefined {
  return changes.find((change) => change.target.name === name);
}
