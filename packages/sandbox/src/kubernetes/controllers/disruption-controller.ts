import { isDeepStrictEqual } from 'node:util';
import { PODS } from '../kinds/core-kinds.ts';
import { DISRUPTION_BUDGETS, type PodDisruptionBudget } from '../kinds/disruption-budget-kind.ts';
import { findKindByName } from '../kinds/kind-registry.ts';
import { controllerOf, type KubeObject, type Pod, type StatefulSet } from '../objects.ts';
import { budgetStatus, DISRUPTED_FOR_MS, isCovered } from './budget-status.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import { isEnded } from './pod-control.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'disruption-controller';

/** Counts for every PodDisruptionBudget how many of its pods are healthy, and so how many may be evicted. */
export function startDisruptionController(parts: ControllerParts): void {
  const { storage, clock } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, object }) => {
    if (plural === DISRUPTION_BUDGETS.plural) queue.add(keyOf(object));
    // A workload may be scaled, and a pod that lost a label leaves a budget: every budget of the namespace looks again.
    if (
      plural === PODS.plural ||
      findKindByName(object.apiVersion, object.kind)?.subresources.includes('scale')
    )
      for (const budget of storage.list(DISRUPTION_BUDGETS.plural, object.metadata.namespace))
        queue.add(keyOf(budget));
  });
  for (const budget of storage.list(DISRUPTION_BUDGETS.plural)) queue.add(keyOf(budget));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const budget = storage.get(DISRUPTION_BUDGETS.plural, namespace, name) as PodDisruptionBudget | undefined;
    if (!budget) return;
    const covered = (storage.list(PODS.plural, namespace) as Pod[]).filter(
      (pod) => isCovered(budget, pod) && !isEnded(pod),
    );
    const status = budgetStatus(budget, covered, scaleOf(covered), clock.now());
    if (!isDeepStrictEqual(status, budget.status))
      writes.updateStatus(DISRUPTION_BUDGETS, { ...budget, status });
    if (status.disruptedPods) queue.addAfter(key, DISRUPTED_FOR_MS);
  }

  /** How many pods the workloads at the top of these pods want. */
  function scaleOf(covered: readonly Pod[]): number {
    const tops = new Map(covered.flatMap((pod) => topOf(pod) ?? []).map((top) => [top.metadata.uid, top]));
    return [...tops.values()].reduce((sum, top) => sum + ((top as StatefulSet).spec.replicas ?? 0), 0);
  }

  function topOf(object: KubeObject): KubeObject | undefined {
    const owner = controllerOf(object);
    const kind = owner && findKindByName(owner.apiVersion, owner.kind);
    const found = kind && storage.get(kind.plural, object.metadata.namespace, owner.name);
    return found ? (topOf(found) ?? found) : undefined;
  }
}
