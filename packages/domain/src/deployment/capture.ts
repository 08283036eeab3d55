import type { RolloutProgress, ServingTemplate } from '../workload/observation.ts';
import type { WorkloadRef, WorkloadSnapshot } from '../workload/workload.ts';
import { type Change, type Deployment, type WorkloadChange, workloadChanges } from './deployment.ts';

/** What a follower saw of one workload now. */
export interface ObservedWorkload {
  workload: WorkloadRef;
  /** What its specification wants. */
  snapshot: WorkloadSnapshot;
  progress: RolloutProgress;
  /** What serves. */
  serving: ServingTemplate[];
}

/** The newest state of each workload that the deployment is known to have left behind, else the one before it. */
export function lastKnown(deployment: Deployment | null, name: string): WorkloadSnapshot | null {
  const change = deployment ? workloadChanges(deployment).find((one) => one.target.name === name) : undefined;
  return change?.after ?? change?.before ?? null;
}

/** Which workloads show a template that differs from the last one known. A workload never seen before differs not. */
export function changedSince(
  deployment: Deployment | null,
  observed: readonly ObservedWorkload[],
): ObservedWorkload[] {
  return observed.filter(({ workload, snapshot }) => {
    const known = lastKnown(deployment, workload.name);
    return known !== null && known.templateDigest !== snapshot.templateDigest;
  });
}

/**
 * The deployment's changes with *after* as observed now, as a patch of it; null when nothing is new. An *after* once seen is
 * replaced only by a fuller observation of the same template, or, while in progress, by another template.
 */
export function captureAfter(
  deployment: Deployment,
  observed: readonly ObservedWorkload[],
): Pick<Deployment, 'changes'> | null {
  let changed = false;
  const changes = deployment.changes.map((change): Change => {
    if (change.kind !== 'workload') return change;
    const seen = observed.find((one) => one.workload.name === change.target.name);
    if (!seen || !isNewer(deployment, change, seen.snapshot)) return change;
    changed = true;
    return { ...change, after: merged(change.after, seen.snapshot) };
  });
  return changed ? { changes } : null;
}

function isNewer(deployment: Deployment, change: WorkloadChange, seen: WorkloadSnapshot): boolean {
  const { before, after } = change;
  if (after === null)
    return (
      before === null || before.templateDigest !== seen.templateDigest || deployment.status === 'completed'
    );
  if (after.templateDigest !== seen.templateDigest) return deployment.status === 'in_progress';
  return isFuller(seen, after) || (after.applied === undefined && seen.applied !== undefined);
}

/** Of one template, who owned what is kept as it was seen first: a rollback changes the owners. A poorer look adds that alone. */
function merged(known: WorkloadSnapshot | null, seen: WorkloadSnapshot): WorkloadSnapshot {
  if (known?.templateDigest !== seen.templateDigest) return seen;
  const fullest = isFuller(seen, known) ? seen : known;
  const applied = known.applied ?? seen.applied;
  return applied ? { ...fullest, applied } : fullest;
}

function isFuller(seen: WorkloadSnapshot, known: WorkloadSnapshot): boolean {
  if (known.podTemplateHash === null && seen.podTemplateHash !== null) return true;
  const more = Object.keys(seen.imageDigests).length > Object.keys(known.imageDigests).length;
  return more || Object.keys(known.images).length < Object.keys(seen.images).length;
}
