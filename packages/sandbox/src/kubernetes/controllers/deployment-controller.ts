import { isDeepStrictEqual } from 'node:util';
import { DEPLOYMENTS, REPLICA_SETS } from '../kinds/workload-kinds.ts';
import { controllerOf, type Deployment, type Pod, type ReplicaSet } from '../objects.ts';
import { templateHash } from '../seeded-names.ts';
import { type ControllerParts, createControllerWrites, keyOf, splitKey } from './controller-parts.ts';
import {
  byCreation,
  DESIRED_ANNOTATION,
  newSetReplicas,
  oldSetScalings,
  proportionalScalings,
  sumOf,
} from './deployment-replicas.ts';
import {
  annotationsAfterRollback,
  findNewSet,
  HASH_LABEL,
  newSetAnnotations,
  REVISION_ANNOTATION,
  ROLLBACK_ANNOTATION,
  revisionOf,
  sizeAnnotations,
  withoutHash,
} from './deployment-revisions.ts';
import {
  conditionOf,
  countedStatus,
  hasDeadline,
  isComplete,
  newCondition,
  untilDeadlineMs,
  withCondition,
  withProgress,
} from './deployment-status.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'deployment-controller';
/** Slower than the ReplicaSet controller, whose counts are out of date for a moment after each of its deletions. */
const NOTICE_MS = 20;

/** One look at a Deployment: the object and its ReplicaSets as they were read, plus what this look wrote. */
interface Look {
  deployment: Deployment;
  sets: ReplicaSet[];
  pods: Pod[];
}

/**
 * The Deployment controller.
 *
 * Each look ends at its first write that loses against a newer version and is repeated then. That is no accident
 * here: a look writes the revision annotation and goes on with its old version of the Deployment, so that its own
 * status write loses, and watchers see the new revision before the new observedGeneration, as on a real cluster.
 *
 * States of a look, first that fits: being deleted (status only); paused; asked to roll back by annotation;
 * being scaled; Recreate; RollingUpdate.
 */
export function startDeploymentController(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError, NOTICE_MS);

  storage.subscribe(({ plural, object }) => {
    if (plural === DEPLOYMENTS.plural) queue.add(keyOf(object));
    const owner = controllerOf(object);
    if (plural === REPLICA_SETS.plural && owner?.kind === 'Deployment') {
      queue.add(`${object.metadata.namespace}/${owner.name}`);
    }
    // A pod that is gone may be what a Recreate rollout waits for.
    if (plural === 'pods' && owner?.kind === 'ReplicaSet') {
      const set = storage.get(REPLICA_SETS.plural, object.metadata.namespace, owner.name);
      const deployment = set && controllerOf(set);
      if (deployment) queue.add(`${object.metadata.namespace}/${deployment.name}`);
    }
  });
  for (const deployment of storage.list(DEPLOYMENTS.plural)) queue.add(keyOf(deployment));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const deployment = storage.get(DEPLOYMENTS.plural, namespace, name) as Deployment | undefined;
    if (!deployment) return;
    const { uid } = deployment.metadata;
    const sets = (storage.list(REPLICA_SETS.plural, namespace) as ReplicaSet[]).filter(
      (set) => controllerOf(set)?.uid === uid,
    );
    const setUids = new Set(sets.map((set) => set.metadata.uid));
    const pods = (storage.list('pods', namespace) as Pod[]).filter((pod) =>
      setUids.has(controllerOf(pod)?.uid ?? ''),
    );
    const current: Look = { deployment: structuredClone(deployment), sets, pods };
    if (deployment.metadata.deletionTimestamp) return syncCounts(current, findNewSet(deployment, sets));
    checkPaused(current);
    if (deployment.spec.paused) return syncScale(current);
    if (rollbackTarget(deployment) !== undefined) return rollBack(current);
    if (isScaled(current)) return syncScale(current);
    return deployment.spec.strategy.type === 'Recreate' ? rollOutRecreate(current) : rollOutRolling(current);
  }

  function checkPaused(current: Look): void {
    const { deployment } = current;
    const condition = conditionOf(deployment.status, 'Progressing');
    if (!hasDeadline(deployment) || condition?.reason === 'ProgressDeadlineExceeded') return;
    const isMarked = condition?.reason === 'DeploymentPaused';
    if (Boolean(deployment.spec.paused) === isMarked) return;
    const fresh = deployment.spec.paused
      ? newCondition(clock.now(), 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
      : newCondition(clock.now(), 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    deployment.status = withCondition(deployment.status, fresh);
    writes.updateStatus(DEPLOYMENTS, deployment);
  }

  /** The ReplicaSet of the current template, with its revision brought up to date; created if asked for. */
  function newSetOf(current: Look, createIfMissing: boolean): ReplicaSet | undefined {
    const { deployment, sets } = current;
    const existing = findNewSet(deployment, sets);
    const oldSets = sets.filter((set) => set.metadata.uid !== existing?.metadata.uid);
    const revision = Math.max(0, ...oldSets.map(revisionOf)) + 1;
    if (!existing) return createIfMissing ? createNewSet(current, revision) : undefined;
    const annotations = newSetAnnotations(deployment, existing.metadata.annotations ?? {}, revision);
    const { minReadySeconds } = deployment.spec;
    const isCurrent =
      annotations === existing.metadata.annotations && existing.spec.minReadySeconds === minReadySeconds;
    if (!isCurrent) {
      return writes.update(REPLICA_SETS, {
        ...existing,
        metadata: { ...existing.metadata, ...(annotations ? { annotations } : {}) },
        spec: { ...existing.spec, ...(minReadySeconds ? { minReadySeconds } : { minReadySeconds: 0 }) },
      });
    }
    const isMarked = setRevision(deployment, existing.metadata.annotations?.[REVISION_ANNOTATION] ?? '');
    const needsCondition = hasDeadline(deployment) && !conditionOf(deployment.status, 'Progressing');
    if (needsCondition) {
      const message = `Found new replica set "${existing.metadata.name}"`;
      deployment.status = withCondition(
        deployment.status,
        newCondition(clock.now(), 'Progressing', 'True', 'FoundNewReplicaSet', message),
      );
    }
    if (isMarked || needsCondition) writes.updateStatus(DEPLOYMENTS, deployment);
    return existing;
  }

  function createNewSet(current: Look, revision: number): ReplicaSet {
    const { deployment, sets } = current;
    const { template, selector, minReadySeconds } = deployment.spec;
    const { namespace, name } = deployment.metadata;
    const hash = templateHash(template, deployment.status.collisionCount);
    const taken = storage.get(REPLICA_SETS.plural, namespace, `${name}-${hash}`);
    if (taken) {
      deployment.status = {
        ...deployment.status,
        collisionCount: (deployment.status.collisionCount ?? 0) + 1,
      };
      writes.updateStatus(DEPLOYMENTS, deployment);
    }
    const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
    const replicas = newSetReplicas(deployment, sets, 0);
    const created = writes.create<ReplicaSet>(REPLICA_SETS, namespace, {
      metadata: {
        name: `${name}-${hash}`,
        labels,
        annotations: newSetAnnotations(deployment, undefined, revision),
        ownerReferences: [ownerReferenceTo(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
    if (replicas > 0) recordScaling(deployment, created, 0, replicas);
    setRevision(deployment, String(revision));
    if (hasDeadline(deployment)) {
      const message = `Created new replica set "${created.metadata.name}"`;
      deployment.status = withCondition(
        deployment.status,
        newCondition(clock.now(), 'Progressing', 'True', 'NewReplicaSetCreated', message),
      );
    }
    writes.updateStatus(DEPLOYMENTS, deployment);
    return created;
  }

  function rollOutRolling(current: Look): void {
    const { deployment, sets } = current;
    const newSet = newSetOf(current, true);
    if (!newSet) return;
    const oldSets = others(sets, newSet);
    const all = [...oldSets, newSet];
    const wanted =
      newSet.spec.replicas > deployment.spec.replicas
        ? deployment.spec.replicas
        : newSetReplicas(deployment, all, newSet.spec.replicas);
    if (wanted !== newSet.spec.replicas) {
      const scaledSet = scale(deployment, newSet, wanted);
      return syncStatus({ ...current, sets: [...oldSets, scaledSet] }, scaledSet);
    }
    const active = oldSets.filter((set) => set.spec.replicas > 0);
    const scalings = oldSetScalings(deployment, active, newSet);
    if (scalings.length) {
      const changed = scalings.map(({ set, to }) => scale(deployment, set, to));
      return syncStatus({ ...current, sets: replaced(all, changed) }, newSet);
    }
    if (isComplete(deployment, deployment.status)) cleanUp(deployment, oldSets);
    return syncStatus({ ...current, sets: all }, newSet);
  }

  function rollOutRecreate(current: Look): void {
    const { deployment, sets, pods } = current;
    let newSet = newSetOf(current, false);
    const oldSets = others(sets, newSet);
    const active = oldSets.filter((set) => set.spec.replicas > 0);
    if (active.length) {
      const changed = active.map((set) => scale(deployment, set, 0));
      return syncStatus({ ...current, sets: replaced(withNew(oldSets, newSet), changed) }, newSet);
    }
    if (oldPodsRun(newSet, oldSets, pods)) {
      return syncStatus({ ...current, sets: withNew(oldSets, newSet) }, newSet);
    }
    newSet ??= newSetOf(current, true);
    if (!newSet) return;
    newSet = scale(deployment, newSet, deployment.spec.replicas);
    if (isComplete(deployment, deployment.status)) cleanUp(deployment, oldSets);
    return syncStatus({ ...current, sets: [...oldSets, newSet] }, newSet);
  }

  function isScaled(current: Look): boolean {
    const newSet = newSetOf(current, false);
    const all = withNew(others(current.sets, newSet), newSet);
    return all.some((set) => {
      const desired = set.metadata.annotations?.[DESIRED_ANNOTATION];
      return (
        set.spec.replicas > 0 && desired !== undefined && Number(desired) !== current.deployment.spec.replicas
      );
    });
  }

  /** Only the size changes: of a paused Deployment, or of one whose replicas were changed. */
  function syncScale(current: Look): void {
    const { deployment } = current;
    const newSet = newSetOf(current, false);
    const oldSets = others(current.sets, newSet);
    const changed = scaleAll(deployment, newSet, oldSets);
    if (deployment.spec.paused && rollbackTarget(deployment) === undefined) cleanUp(deployment, oldSets);
    const sets = replaced(withNew(oldSets, newSet), changed);
    const scaledNew = newSet && sets.find((set) => set.metadata.uid === newSet.metadata.uid);
    syncCounts({ ...current, sets }, scaledNew);
  }

  function scaleAll(
    deployment: Deployment,
    newSet: ReplicaSet | undefined,
    oldSets: ReplicaSet[],
  ): ReplicaSet[] {
    const all = withNew(oldSets, newSet);
    const active = all.filter((set) => set.spec.replicas > 0);
    const only =
      active.length === 0
        ? (newSet ?? byCreation(oldSets).at(-1))
        : active.length === 1
          ? active[0]
          : undefined;
    if (only) return [scale(deployment, only, deployment.spec.replicas)];
    if (newSet && isSaturated(deployment, newSet)) {
      return oldSets.filter((set) => set.spec.replicas > 0).map((set) => scale(deployment, set, 0));
    }
    if (deployment.spec.strategy.type !== 'RollingUpdate') return [];
    return proportionalScalings(deployment, active).map(({ set, to }) => scale(deployment, set, to));
  }

  function rollBack(current: Look): void {
    const { deployment, sets } = current;
    newSetOf(current, true);
    const newSet = findNewSet(deployment, sets);
    const asked = rollbackTarget(deployment) ?? 0;
    const revisions = sets.map(revisionOf).sort((a, b) => b - a);
    const target = asked || (revisions[1] ?? 0);
    const set = target ? sets.find((candidate) => revisionOf(candidate) === target) : undefined;
    const { [ROLLBACK_ANNOTATION]: _asked, ...annotations } = deployment.metadata.annotations ?? {};
    const fresh = storage.get(DEPLOYMENTS.plural, deployment.metadata.namespace, deployment.metadata.name);
    if (!fresh) return;
    const cleared = { ...deployment, metadata: { ...fresh.metadata, annotations } };
    if (!set) {
      writes.update(DEPLOYMENTS, cleared);
      const message = 'Unable to find the revision to rollback to.';
      return record(deployment, 'DeploymentRollbackRevisionNotFound', message, 'Warning');
    }
    if (set === newSet) {
      writes.update(DEPLOYMENTS, cleared);
      const message = `The rollback revision contains the same template as current deployment "${deployment.metadata.name}"`;
      return record(deployment, 'DeploymentRollbackTemplateUnchanged', message, 'Warning');
    }
    const { [ROLLBACK_ANNOTATION]: _old, ...restored } = annotationsAfterRollback(deployment, set);
    writes.update(DEPLOYMENTS, {
      ...cleared,
      metadata: { ...cleared.metadata, annotations: restored },
      spec: { ...deployment.spec, template: withoutHash(set.spec.template) },
    });
    const message = `Rolled back deployment "${deployment.metadata.name}" to revision ${target}`;
    record(deployment, 'DeploymentRollback', message);
  }

  function scale(deployment: Deployment, set: ReplicaSet, to: number): ReplicaSet {
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
    const isSame = set.spec.replicas === to && isDeepStrictEqual(annotations, set.metadata.annotations);
    if (isSame) return set;
    const updated = writes.update(REPLICA_SETS, {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas: to },
    });
    if (set.spec.replicas !== to) recordScaling(deployment, set, set.spec.replicas, to);
    return updated;
  }

  function syncStatus({ deployment, sets }: Look, newSet: ReplicaSet | undefined): void {
    const now = clock.now();
    const status = withProgress(deployment, countedStatus(deployment, sets, newSet, now), newSet, now);
    if (!isDeepStrictEqual(status, deployment.status)) {
      writes.updateStatus(DEPLOYMENTS, { ...deployment, status });
      return;
    }
    const waitMs = untilDeadlineMs(deployment, status, now);
    if (waitMs !== undefined) queue.addAfter(keyOf(deployment), waitMs);
  }

  /** The status of a Deployment that is not rolling out: Progressing stays what it was. */
  function syncCounts({ deployment, sets }: Look, newSet: ReplicaSet | undefined): void {
    const status = countedStatus(deployment, sets, newSet, clock.now());
    if (!isDeepStrictEqual(status, deployment.status))
      writes.updateStatus(DEPLOYMENTS, { ...deployment, status });
  }

  /** Old ReplicaSets beyond the history limit go, the lowest revisions first. */
  function cleanUp(deployment: Deployment, oldSets: ReplicaSet[]): void {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const alive = oldSets.filter((set) => !set.metadata.deletionTimestamp);
    const surplus = alive
      .toSorted((a, b) => revisionOf(a) - revisionOf(b))
      .slice(0, Math.max(0, alive.length - limit));
    for (const set of surplus) {
      const isIdle = !set.status.replicas && !set.spec.replicas;
      const isObserved = (set.metadata.generation ?? 0) <= (set.status.observedGeneration ?? 0);
      if (isIdle && isObserved) writes.remove(REPLICA_SETS, set);
    }
  }

  function recordScaling(deployment: Deployment, set: ReplicaSet, from: number, to: number): void {
    const direction = to > from ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${to}`;
    record(deployment, 'ScalingReplicaSet', message);
  }

  function record(
    object: Deployment,
    reason: string,
    message: string,
    type: 'Normal' | 'Warning' = 'Normal',
  ): void {
    recorder.record({ object, type, reason, message, component: COMPONENT });
  }
}

function rollbackTarget(deployment: Deployment): number | undefined {
  const text = deployment.metadata.annotations?.[ROLLBACK_ANNOTATION];
  return text === undefined ? undefined : Number.parseInt(text, 10) || 0;
}

function setRevision(deployment: Deployment, revision: string): boolean {
  if (deployment.metadata.annotations?.[REVISION_ANNOTATION] === revision) return false;
  deployment.metadata.annotations = { ...deployment.metadata.annotations, [REVISION_ANNOTATION]: revision };
  return true;
}

function isSaturated({ spec }: Deployment, newSet: ReplicaSet): boolean {
  const desired = newSet.metadata.annotations?.[DESIRED_ANNOTATION];
  return (
    Number(desired) === spec.replicas &&
    newSet.spec.replicas === spec.replicas &&
    newSet.status.availableReplicas === spec.replicas
  );
}

function oldPodsRun(newSet: ReplicaSet | undefined, oldSets: ReplicaSet[], pods: Pod[]): boolean {
  if (sumOf(oldSets, (set) => set.status.replicas) > 0) return true;
  return pods.some(
    (pod) =>
      controllerOf(pod)?.uid !== newSet?.metadata.uid && !['Succeeded', 'Failed'].includes(pod.status.phase),
  );
}

function ownerReferenceTo(deployment: Deployment): object {
  const { name, uid } = deployment.metadata;
  return { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true };
}

function others(sets: ReplicaSet[], newSet: ReplicaSet | undefined): ReplicaSet[] {
  return sets.filter((set) => set.metadata.uid !== newSet?.metadata.uid);
}

function withNew(oldSets: ReplicaSet[], newSet: ReplicaSet | undefined): ReplicaSet[] {
  return newSet ? [...oldSets, newSet] : oldSets;
}

function replaced(sets: ReplicaSet[], changed: ReplicaSet[]): ReplicaSet[] {
  return sets.map((set) => changed.find((other) => other.metadata.uid === set.metadata.uid) ?? set);
}
