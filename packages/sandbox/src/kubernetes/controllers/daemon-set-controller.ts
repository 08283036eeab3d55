import { isDeepStrictEqual } from 'node:util';
import { NODES, PODS } from '../kinds/core-kinds.ts';
import { DAEMON_SETS } from '../kinds/daemon-set-kind.ts';
import { type ControllerRevision, controllerOf, type DaemonSet, type Pod } from '../objects.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { revisionsOf, syncRevision, truncateHistory } from './controller-revisions.ts';
import { createControllerWrites } from './controller-writes.ts';
import { scaled } from './deployment-replicas.ts';
import { isAvailable, isEnded, isReady, podFromTemplate, podsOf, untilAvailableMs } from './pod-control.ts';
import { withoutZeros } from './without-zeros.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'daemonset-controller';
const HASH_LABEL = 'controller-revision-hash';
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/**
 * The DaemonSet controller: one pod per node. An update deletes outdated pods, as many at a time as may be unavailable;
 * an outdated pod that is unavailable anyway goes first, so a rollback does not stick. Surge is not simulated.
 */
export function startDaemonSetController(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, object }) => {
    if (plural === DAEMON_SETS.plural) queue.add(keyOf(object));
    const owner = controllerOf(object);
    if (plural === PODS.plural && owner?.kind === 'DaemonSet')
      queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  for (const set of storage.list(DAEMON_SETS.plural)) queue.add(keyOf(set));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const set = storage.get(DAEMON_SETS.plural, namespace, name) as DaemonSet | undefined;
    if (!set) return;
    const generation = set.metadata.annotations?.[TEMPLATE_GENERATION] ?? '1';
    const revision = syncRevision(writes, revisionsOf(storage, set), set, {
      hashLabel: HASH_LABEL,
      annotations: { [TEMPLATE_GENERATION]: generation },
      labels: set.spec.selector.matchLabels ?? {},
    });
    const hash = revision.metadata.labels?.[HASH_LABEL] ?? '';
    const nodes = storage.list(NODES.plural).map((node) => node.metadata.name);
    const pods = podsOf(storage, set);
    if (!set.metadata.deletionTimestamp) {
      place(set, pods, nodes, revision, generation);
      if (set.spec.updateStrategy.type === 'RollingUpdate') replaceOutdated(set, pods, nodes, hash);
    }
    writeStatus(set, pods, nodes, hash);
    const inUse = new Set([
      ...pods.map((pod) => `${name}-${pod.metadata.labels?.[HASH_LABEL]}`),
      revision.metadata.name,
    ]);
    truncateHistory(writes, revisionsOf(storage, set), inUse, set.spec.revisionHistoryLimit);
    const waitMs = untilAvailableMs(pods, set.spec.minReadySeconds, clock.now());
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
  }

  function place(
    set: DaemonSet,
    pods: Pod[],
    nodes: string[],
    revision: ControllerRevision,
    generation: string,
  ): void {
    const { namespace, name } = set.metadata;
    for (const pod of pods.filter(
      (candidate) => isEnded(candidate) && !candidate.metadata.deletionTimestamp,
    )) {
      removePod(set, pod);
    }
    for (const node of nodes.filter((candidate) => !pods.some((pod) => pod.spec.nodeName === candidate))) {
      const labels = {
        [HASH_LABEL]: revision.metadata.labels?.[HASH_LABEL] ?? '',
        'pod-template-generation': generation,
      };
      // The real controller pins the pod by node affinity and lets the scheduler bind it; the outcome is the same.
      const pod = podFromTemplate(
        set,
        set.spec.template,
        { generateName: `${name}-` },
        { labels, spec: { nodeName: node } },
      );
      const created = writes.create<Pod>(PODS, namespace, pod);
      const message = `Created pod: ${created.metadata.name}`;
      recorder.record({ object: set, reason: 'SuccessfulCreate', message, component: COMPONENT });
    }
  }

  function replaceOutdated(set: DaemonSet, pods: Pod[], nodes: string[], hash: string): void {
    const most = scaled(set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1, nodes.length, Math.ceil);
    const isUp = (pod: Pod) =>
      !pod.metadata.deletionTimestamp && isAvailable(pod, set.spec.minReadySeconds, clock.now());
    const isOld = (pod: Pod) => pod.metadata.labels?.[HASH_LABEL] !== hash;
    const unavailable = nodes.filter(
      (node) => !pods.some((pod) => pod.spec.nodeName === node && isUp(pod)),
    ).length;
    const staying = pods.filter((pod) => isOld(pod) && !pod.metadata.deletionTimestamp);
    const alreadyDown = staying.filter((pod) => !isUp(pod));
    const next = staying.filter(isUp).slice(0, Math.max(0, most - unavailable));
    for (const pod of [...alreadyDown, ...next]) removePod(set, pod);
  }

  function removePod(set: DaemonSet, pod: Pod): void {
    writes.remove(PODS, pod);
    const message = `Deleted pod: ${pod.metadata.name}`;
    recorder.record({ object: set, reason: 'SuccessfulDelete', message, component: COMPONENT });
  }

  function writeStatus(set: DaemonSet, pods: Pod[], nodes: string[], hash: string): void {
    const placed = nodes
      .map((node) => pods.find((pod) => pod.spec.nodeName === node))
      .filter((pod) => pod !== undefined);
    const available = placed.filter((pod) => isAvailable(pod, set.spec.minReadySeconds, clock.now())).length;
    const updated = placed.filter((pod) => pod.metadata.labels?.[HASH_LABEL] === hash).length;
    const status: DaemonSet['status'] = {
      currentNumberScheduled: placed.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: nodes.length,
      numberReady: placed.filter(isReady).length,
      observedGeneration: set.metadata.generation ?? 0,
      ...withoutZeros({
        updatedNumberScheduled: updated,
        numberAvailable: available,
        numberUnavailable: nodes.length - available,
      }),
    };
    if (!isDeepStrictEqual(status, set.status)) writes.updateStatus(DAEMON_SETS, { ...set, status });
  }
}
