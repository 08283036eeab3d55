import { isDeepStrictEqual } from 'node:util';
import { PODS } from '../kinds/core-kinds.ts';
import { REPLICA_SETS } from '../kinds/replica-set-kind.ts';
import { controllerOf, type Pod, type ReplicaSet } from '../objects.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import { isActive, isAvailable, isReady, podFromTemplate, podsOf, untilAvailableMs } from './pod-control.ts';
import { withoutZeros } from './without-zeros.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'replicaset-controller';

/** Keeps as many pods as `spec.replicas` says, and counts them. */
export function startReplicaSetController(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, object }) => {
    if (plural === REPLICA_SETS.plural) queue.add(keyOf(object));
    const owner = controllerOf(object);
    if (plural === PODS.plural && owner?.kind === 'ReplicaSet')
      queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  for (const set of storage.list(REPLICA_SETS.plural)) queue.add(keyOf(set));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const set = storage.get(REPLICA_SETS.plural, namespace, name) as ReplicaSet | undefined;
    if (!set) return;
    const owned = podsOf(storage, set);
    const active = owned.filter(isActive);
    if (!set.metadata.deletionTimestamp) adjust(set, active);
    // Counts the pods as they were before this look, as a controller does that reads from a cache.
    const status = countedStatus(set, owned, active);
    if (!isDeepStrictEqual(status, set.status)) writes.updateStatus(REPLICA_SETS, { ...set, status });
    const waitMs = untilAvailableMs(active, set.spec.minReadySeconds, clock.now());
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
  }

  function adjust(set: ReplicaSet, active: Pod[]): void {
    const { namespace, name } = set.metadata;
    const missing = set.spec.replicas - active.length;
    for (let count = 0; count < missing; count++) {
      const pod = podFromTemplate(set, set.spec.template, { generateName: `${name}-` });
      const created = writes.create<Pod>(PODS, namespace, pod);
      const message = `Created pod: ${created.metadata.name}`;
      recorder.record({ object: set, reason: 'SuccessfulCreate', message, component: COMPONENT });
    }
    for (const pod of active.toSorted(firstToGo).slice(0, Math.max(0, -missing))) {
      writes.remove(PODS, pod);
      const message = `Deleted pod: ${pod.metadata.name}`;
      recorder.record({ object: set, reason: 'SuccessfulDelete', message, component: COMPONENT });
    }
  }

  function countedStatus(set: ReplicaSet, owned: Pod[], active: Pod[]): ReplicaSet['status'] {
    const ready = active.filter(isReady).length;
    const available = active.filter((pod) => isAvailable(pod, set.spec.minReadySeconds, clock.now())).length;
    const terminating = owned.filter((pod) => pod.metadata.deletionTimestamp).length;
    return {
      replicas: active.length,
      ...withoutZeros({
        fullyLabeledReplicas: active.length,
        readyReplicas: ready,
        availableReplicas: available,
      }),
      terminatingReplicas: terminating,
      observedGeneration: set.metadata.generation ?? 0,
    };
  }
}

/** Pods of least use first: without a node, pending, not ready, then the youngest. */
function firstToGo(a: Pod, b: Pod): number {
  const rank = (pod: Pod): number[] => [
    pod.spec.nodeName ? 1 : 0,
    pod.status.phase === 'Running' ? 1 : 0,
    isReady(pod) ? 1 : 0,
    -Date.parse(pod.metadata.creationTimestamp),
  ];
  const [left, right] = [rank(a), rank(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
