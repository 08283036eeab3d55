import { isDeepStrictEqual } from 'node:util';
import { PODS } from '../kinds/core-kinds.ts';
import { STATEFUL_SETS } from '../kinds/stateful-set-kind.ts';
import {
  type ControllerRevision,
  controllerOf,
  type Pod,
  type StatefulSet,
  type StatefulSetStatus,
} from '../objects.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { revisionsOf, syncRevision, templateOf, truncateHistory } from './controller-revisions.ts';
import { createControllerWrites } from './controller-writes.ts';
import { isAvailable, isEnded, isReady, podFromTemplate, podsOf, untilAvailableMs } from './pod-control.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'statefulset-controller';
const REVISION_LABEL = 'controller-revision-hash';

/**
 * The StatefulSet controller. With ordered pods every look does at most one thing, lowest ordinal first: create what
 * is missing, wait for what is not ready, and only when all are ready remove surplus and replace outdated pods from
 * the highest ordinal down. So a pod that never becomes ready stops everything, a rollback included: it sticks.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export function startStatefulSetController(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, object }) => {
    if (plural === STATEFUL_SETS.plural) queue.add(keyOf(object));
    const owner = controllerOf(object);
    if (plural === PODS.plural && owner?.kind === 'StatefulSet')
      queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  for (const set of storage.list(STATEFUL_SETS.plural)) queue.add(keyOf(set));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const set = storage.get(STATEFUL_SETS.plural, namespace, name) as StatefulSet | undefined;
    if (!set) return;
    const before = revisionsOf(storage, set);
    const update = syncRevision(writes, before, set, {
      hashLabel: 'controller.kubernetes.io/hash',
      labels: set.spec.selector.matchLabels ?? {},
    });
    const revisions = revisionsOf(storage, set);
    const current =
      revisions.find((revision) => revision.metadata.name === set.status.currentRevision) ?? update;
    const pods = podsOf(storage, set);
    const status = countedStatus(set, pods, current, update);
    if (!set.metadata.deletionTimestamp) movePods({ set, pods, current, update, status });
    writeStatus(set, status, update);
    const inUse = new Set([current, update].map(({ metadata }) => metadata.name));
    for (const pod of pods) inUse.add(pod.metadata.labels?.[REVISION_LABEL] ?? '');
    truncateHistory(writes, revisions, inUse, set.spec.revisionHistoryLimit);
    const waitMs = untilAvailableMs(pods, set.spec.minReadySeconds, clock.now());
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
  }

  interface Look {
    set: StatefulSet;
    pods: Pod[];
    current: ControllerRevision;
    update: ControllerRevision;
    /** Changed along the way, as pods come and go. */
    status: StatefulSetStatus;
  }

  function movePods(state: Look): void {
    const { set, pods, update } = state;
    const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
    const wanted = Array.from({ length: set.spec.replicas }, (_, ordinal) => ordinal);
    const podAt = (ordinal: number) => pods.find((pod) => ordinalOf(pod) === ordinal);
    for (const ordinal of wanted) {
      const isSettled = settle(state, ordinal, podAt(ordinal));
      if (isOrdered && !isSettled) return;
    }
    const surplus = pods
      .filter((pod) => ordinalOf(pod) >= set.spec.replicas)
      .sort((a, b) => ordinalOf(b) - ordinalOf(a));
    for (const pod of surplus) {
      if (!pod.metadata.deletionTimestamp) remove(state, pod);
      if (isOrdered) return;
    }
    if (set.spec.updateStrategy.type === 'OnDelete') return;
    const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
    for (const ordinal of wanted.filter((candidate) => candidate >= partition).reverse()) {
      const pod = podAt(ordinal);
      if (!pod) return;
      const isOutdated = pod.metadata.labels?.[REVISION_LABEL] !== update.metadata.name;
      if (isOutdated && !pod.metadata.deletionTimestamp) {
        remove(state, pod);
        return;
      }
      if (!isAvailable(pod, set.spec.minReadySeconds, clock.now()) || pod.metadata.deletionTimestamp) return;
    }
  }

  /** Brings one ordinal forward; true when its pod is there and available. */
  function settle(state: Look, ordinal: number, pod: Pod | undefined): boolean {
    const { set } = state;
    if (pod && isEnded(pod) && !pod.metadata.deletionTimestamp) {
      writes.remove(PODS, pod, { gracePeriodSeconds: 0 });
      create(state, ordinal);
      return false;
    }
    if (!pod) {
      create(state, ordinal);
      return false;
    }
    return !pod.metadata.deletionTimestamp && isAvailable(pod, set.spec.minReadySeconds, clock.now());
  }

  function create({ set, current, update, status }: Look, ordinal: number): void {
    const { namespace, name } = set.metadata;
    const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
    const isKeptBack = set.spec.updateStrategy.type === 'RollingUpdate' && ordinal < partition;
    const revision = isKeptBack ? current : update;
    const podName = `${name}-${ordinal}`;
    const pod = podFromTemplate(
      set,
      templateOf(revision),
      { name: podName, generateName: `${name}-` },
      {
        labels: {
          'apps.kubernetes.io/pod-index': String(ordinal),
          [REVISION_LABEL]: revision.metadata.name,
          'statefulset.kubernetes.io/pod-name': podName,
        },
        spec: { hostname: podName, subdomain: set.spec.serviceName || undefined },
      },
    );
    writes.create<Pod>(PODS, namespace, pod);
    const message = `Create Pod ${podName} in StatefulSet ${name} successful`;
    recorder.record({ object: set, reason: 'SuccessfulCreate', message, component: COMPONENT });
    status.replicas += 1;
    if (revision.metadata.name === current.metadata.name)
      status.currentReplicas = (status.currentReplicas ?? 0) + 1;
    if (revision.metadata.name === update.metadata.name)
      status.updatedReplicas = (status.updatedReplicas ?? 0) + 1;
  }

  function remove({ set, current, status }: Look, pod: Pod): void {
    const { name } = set.metadata;
    writes.remove(PODS, pod);
    const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${name} successful`;
    recorder.record({ object: set, reason: 'SuccessfulDelete', message, component: COMPONENT });
    if (pod.metadata.labels?.[REVISION_LABEL] === current.metadata.name) {
      status.currentReplicas = Math.max(0, (status.currentReplicas ?? 0) - 1);
    }
  }

  function countedStatus(
    set: StatefulSet,
    pods: Pod[],
    current: ControllerRevision,
    update: ControllerRevision,
  ): StatefulSetStatus {
    const staying = pods.filter((pod) => !pod.metadata.deletionTimestamp);
    const runs = (revision: ControllerRevision) =>
      staying.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === revision.metadata.name).length;
    return {
      observedGeneration: set.metadata.generation ?? 0,
      replicas: pods.length,
      readyReplicas: pods.filter(isReady).length,
      currentReplicas: runs(current),
      updatedReplicas: runs(update),
      currentRevision: current.metadata.name,
      updateRevision: update.metadata.name,
      collisionCount: 0,
      availableReplicas: pods.filter((pod) => isAvailable(pod, set.spec.minReadySeconds, clock.now())).length,
    };
  }

  function writeStatus(set: StatefulSet, status: StatefulSetStatus, update: ControllerRevision): void {
    const isComplete = status.updatedReplicas === status.replicas && status.readyReplicas === status.replicas;
    if (isComplete && set.spec.updateStrategy.type === 'RollingUpdate') {
      status.currentReplicas = status.updatedReplicas ?? 0;
      status.currentRevision = update.metadata.name;
    }
    for (const count of ['readyReplicas', 'currentReplicas', 'updatedReplicas'] as const) {
      if (!status[count]) delete status[count];
    }
    if (!isDeepStrictEqual(status, set.status)) writes.updateStatus(STATEFUL_SETS, { ...set, status });
  }
}

function ordinalOf(pod: Pod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
}
