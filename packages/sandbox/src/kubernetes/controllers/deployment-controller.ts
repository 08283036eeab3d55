import { PODS } from '../kinds/core-kinds.ts';
import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import { REPLICA_SETS } from '../kinds/replica-set-kind.ts';
import { controllerOf, type Deployment, type KubeObject, type Pod, type ReplicaSet } from '../objects.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import type { DeploymentLook, DeploymentTools } from './deployment-look.ts';
import { findNewSet } from './deployment-revisions.ts';
import { rollBack, rollbackTarget } from './deployment-rollback.ts';
import {
  applySize,
  isBeingScaled,
  rollOutRecreate,
  rollOutRolling,
  syncCounts,
} from './deployment-rollout.ts';
import { conditionOf, hasDeadline, newCondition, withCondition } from './deployment-status.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'deployment-controller';
/** Slower than the ReplicaSet controller, whose counts are out of date for a moment after each of its deletions. */
const NOTICE_MS = 20;

/**
 * The Deployment controller.
 *
 * Each look ends at its first write that loses against a newer version and is repeated then. That is no accident
 * here: a look writes the revision annotation and goes on with its old version of the Deployment, so that its own
 * status write loses, and watchers see the new revision before the new observedGeneration, as on a real cluster.
 *
 * States of a look, first that fits: being deleted (counts only); paused (size only); asked to roll back by
 * annotation; being scaled (size only); Recreate; RollingUpdate.
 */
export function startDeploymentController(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError, NOTICE_MS);
  const tools: DeploymentTools = {
    storage,
    clock,
    writes,
    record: (object, reason, message, type = 'Normal') =>
      recorder.record({ object, type, reason, message, component: COMPONENT }),
    lookAgain: (deployment, afterMs) => queue.addAfter(keyOf(deployment), afterMs),
  };

  storage.subscribe(({ plural, object }) => {
    if (plural === DEPLOYMENTS.plural) queue.add(keyOf(object));
    if (plural === REPLICA_SETS.plural) addOwner(object);
    // A pod that is gone may be what a Recreate rollout waits for.
    if (plural === PODS.plural) {
      const owner = controllerOf(object);
      const set = owner && storage.get(REPLICA_SETS.plural, object.metadata.namespace, owner.name);
      if (set) addOwner(set);
    }
  });
  for (const deployment of storage.list(DEPLOYMENTS.plural)) queue.add(keyOf(deployment));

  function addOwner(set: KubeObject): void {
    const owner = controllerOf(set);
    if (owner?.kind === 'Deployment') queue.add(`${set.metadata.namespace}/${owner.name}`);
  }

  function look(key: string): void {
    const current = read(key);
    if (!current) return;
    const { deployment, sets } = current;
    if (deployment.metadata.deletionTimestamp)
      syncCounts(tools, deployment, sets, findNewSet(deployment, sets));
    else {
      markPaused(deployment);
      if (deployment.spec.paused) applySize(tools, current);
      else if (rollbackTarget(deployment) !== undefined) rollBack(tools, current);
      else if (isBeingScaled(tools, current)) applySize(tools, current);
      else if (deployment.spec.strategy.type === 'Recreate') rollOutRecreate(tools, current);
      else rollOutRolling(tools, current);
    }
  }

  function read(key: string): DeploymentLook | undefined {
    const [namespace, name] = splitKey(key);
    const deployment = storage.get(DEPLOYMENTS.plural, namespace, name) as Deployment | undefined;
    if (!deployment) return undefined;
    const isOwned = (object: KubeObject, uids: Set<string>) => uids.has(controllerOf(object)?.uid ?? '');
    const owner = new Set([deployment.metadata.uid]);
    const sets = (storage.list(REPLICA_SETS.plural, namespace) as ReplicaSet[]).filter((set) =>
      isOwned(set, owner),
    );
    const setUids = new Set(sets.map((set) => set.metadata.uid));
    const pods = (storage.list(PODS.plural, namespace) as Pod[]).filter((pod) => isOwned(pod, setUids));
    return { deployment: structuredClone(deployment), sets, pods };
  }

  function markPaused(deployment: Deployment): void {
    const condition = conditionOf(deployment.status, 'Progressing');
    if (!hasDeadline(deployment) || condition?.reason === 'ProgressDeadlineExceeded') return;
    const isMarked = condition?.reason === 'DeploymentPaused';
    if (Boolean(deployment.spec.paused) === isMarked) return;
    const word = deployment.spec.paused ? 'paused' : 'resumed';
    const reason = deployment.spec.paused ? 'DeploymentPaused' : 'DeploymentResumed';
    const fresh = newCondition(clock.now(), 'Progressing', 'Unknown', reason, `Deployment is ${word}`);
    deployment.status = withCondition(deployment.status, fresh);
    writes.updateStatus(DEPLOYMENTS, deployment);
  }
}
