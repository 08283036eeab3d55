import { isDeepStrictEqual } from 'node:util';
import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import { controllerOf, type Deployment, type Pod, type ReplicaSet } from '../objects.ts';
import {
  type DeploymentLook,
  type DeploymentTools,
  isActiveSet,
  isSameSet,
  oldSetsOf,
  withChanged,
  withNewSet,
} from './deployment-look.ts';
import {
  byCreation,
  DESIRED_ANNOTATION,
  newSetReplicas,
  oldSetScalings,
  proportionalScalings,
  sumOf,
} from './deployment-replicas.ts';
import { cleanUpSets, newSetOf, scaleSet } from './deployment-sets.ts';
import { countedStatus, isComplete, untilDeadlineMs, withProgress } from './deployment-status.ts';

/** One step of a RollingUpdate: more new pods, else fewer old ones, else tidy up. */
export function rollOutRolling(tools: DeploymentTools, look: DeploymentLook): void {
  const { deployment } = look;
  const newSet = newSetOf(tools, look, true);
  if (!newSet) return;
  const oldSets = oldSetsOf(look, newSet);
  const all = [...oldSets, newSet];
  const { replicas } = newSet.spec;
  const wanted =
    replicas > deployment.spec.replicas
      ? deployment.spec.replicas
      : newSetReplicas(deployment, all, replicas);
  if (wanted !== replicas) {
    const scaled = scaleSet(tools, deployment, newSet, wanted);
    syncStatus(tools, deployment, [...oldSets, scaled], scaled);
    return;
  }
  const scalings = oldSetScalings(deployment, oldSets.filter(isActiveSet), newSet);
  const changed = scalings.map(({ set, to }) => scaleSet(tools, deployment, set, to));
  if (!changed.length && isComplete(deployment, deployment.status)) cleanUpSets(tools, deployment, oldSets);
  syncStatus(tools, deployment, withChanged(all, changed), newSet);
}

/** One step of Recreate: no old pods, then - when all of them are gone - all the new ones. */
export function rollOutRecreate(tools: DeploymentTools, look: DeploymentLook): void {
  const { deployment, pods } = look;
  const existing = newSetOf(tools, look, false);
  const oldSets = oldSetsOf(look, existing);
  const changed = oldSets.filter(isActiveSet).map((set) => scaleSet(tools, deployment, set, 0));
  if (changed.length || oldPodsRun(existing, oldSets, pods)) {
    syncStatus(tools, deployment, withChanged(withNewSet(oldSets, existing), changed), existing);
    return;
  }
  const newSet = existing ?? newSetOf(tools, look, true);
  if (!newSet) return;
  const scaled = scaleSet(tools, deployment, newSet, deployment.spec.replicas);
  if (isComplete(deployment, deployment.status)) cleanUpSets(tools, deployment, oldSets);
  syncStatus(tools, deployment, [...oldSets, scaled], scaled);
}

/** Has only the number of replicas changed since the ReplicaSets were last scaled? */
export function isBeingScaled(tools: DeploymentTools, look: DeploymentLook): boolean {
  const newSet = newSetOf(tools, look, false);
  return withNewSet(oldSetsOf(look, newSet), newSet)
    .filter(isActiveSet)
    .map((set) => set.metadata.annotations?.[DESIRED_ANNOTATION])
    .some((desired) => desired !== undefined && Number(desired) !== look.deployment.spec.replicas);
}

/** Changes only the size: of a paused Deployment, or of one whose replicas were changed. */
export function applySize(tools: DeploymentTools, look: DeploymentLook): void {
  const { deployment } = look;
  const newSet = newSetOf(tools, look, false);
  const oldSets = oldSetsOf(look, newSet);
  const changed = scaleAll(tools, deployment, newSet, oldSets);
  if (deployment.spec.paused) cleanUpSets(tools, deployment, oldSets);
  const sets = withChanged(withNewSet(oldSets, newSet), changed);
  syncCounts(
    tools,
    deployment,
    sets,
    sets.find((set) => isSameSet(set, newSet)),
  );
}

function scaleAll(
  tools: DeploymentTools,
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: ReplicaSet[],
): ReplicaSet[] {
  const active = withNewSet(oldSets, newSet).filter(isActiveSet);
  const latest = newSet ?? byCreation(oldSets).at(-1);
  const only = active.length === 0 ? latest : active.length === 1 ? active[0] : undefined;
  if (only) return [scaleSet(tools, deployment, only, deployment.spec.replicas)];
  if (newSet && isSaturated(deployment, newSet)) {
    return oldSets.filter(isActiveSet).map((set) => scaleSet(tools, deployment, set, 0));
  }
  if (deployment.spec.strategy.type !== 'RollingUpdate') return [];
  return proportionalScalings(deployment, active).map(({ set, to }) => scaleSet(tools, deployment, set, to));
}

function syncStatus(
  tools: DeploymentTools,
  deployment: Deployment,
  sets: ReplicaSet[],
  newSet: ReplicaSet | undefined,
): void {
  const now = tools.clock.now();
  const status = withProgress(deployment, countedStatus(deployment, sets, newSet, now), newSet, now);
  if (!isDeepStrictEqual(status, deployment.status)) {
    tools.writes.updateStatus(DEPLOYMENTS, { ...deployment, status });
    return;
  }
  const waitMs = untilDeadlineMs(deployment, status, now);
  if (waitMs !== undefined) tools.lookAgain(deployment, waitMs);
}

/** The status of a Deployment that is not rolling out: Progressing stays what it was. */
export function syncCounts(
  { clock, writes }: DeploymentTools,
  deployment: Deployment,
  sets: ReplicaSet[],
  newSet: ReplicaSet | undefined,
): void {
  const status = countedStatus(deployment, sets, newSet, clock.now());
  if (!isDeepStrictEqual(status, deployment.status))
    writes.updateStatus(DEPLOYMENTS, { ...deployment, status });
}

function isSaturated({ spec }: Deployment, newSet: ReplicaSet): boolean {
  const desired = newSet.metadata.annotations?.[DESIRED_ANNOTATION];
  const counts = [Number(desired), newSet.spec.replicas, newSet.status.availableReplicas];
  return counts.every((count) => count === spec.replicas);
}

function oldPodsRun(newSet: ReplicaSet | undefined, oldSets: ReplicaSet[], pods: Pod[]): boolean {
  if (sumOf(oldSets, (set) => set.status.replicas) > 0) return true;
  return pods.some(
    (pod) =>
      controllerOf(pod)?.uid !== newSet?.metadata.uid && !['Succeeded', 'Failed'].includes(pod.status.phase),
  );
}
