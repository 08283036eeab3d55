import { NODES, PODS } from '../kinds/core-kinds.ts';
import { type Pod, wireTime } from '../objects.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'default-scheduler';

/** Gives every new pod the node with the fewest pods. */
export function startScheduler(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, type, object }) => {
    if (plural === PODS.plural && type !== 'DELETED' && !isScheduled(object as Pod)) queue.add(keyOf(object));
  });
  for (const pod of storage.list(PODS.plural)) if (!isScheduled(pod as Pod)) queue.add(keyOf(pod));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const pod = storage.get(PODS.plural, namespace, name) as Pod | undefined;
    if (!pod || isScheduled(pod) || pod.metadata.deletionTimestamp) return;
    const nodeName = pod.spec.nodeName ?? leastLoadedNode();
    if (!nodeName) return;
    const condition = { type: 'PodScheduled', status: 'True', lastTransitionTime: wireTime(clock.now()) };
    const status = { ...pod.status, conditions: [condition] };
    writes.bind(PODS, { ...pod, spec: { ...pod.spec, nodeName }, status });
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    recorder.record({ object: pod, reason: 'Scheduled', message, component: COMPONENT });
  }

  function leastLoadedNode(): string | undefined {
    const load = new Map(storage.list(NODES.plural).map((node) => [node.metadata.name, 0]));
    for (const pod of storage.list(PODS.plural) as Pod[]) {
      const { nodeName } = pod.spec;
      if (nodeName && load.has(nodeName)) load.set(nodeName, (load.get(nodeName) ?? 0) + 1);
    }
    return [...load].sort(([, a], [, b]) => a - b)[0]?.[0];
  }
}

function isScheduled(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type }) => type === 'PodScheduled') ?? false;
}
