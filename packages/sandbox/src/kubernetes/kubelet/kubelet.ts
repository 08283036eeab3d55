import type { ControllerParts } from '../controllers/controller-parts.ts';
import { createControllerWrites } from '../controllers/controller-writes.ts';
import { PODS } from '../kinds/core-kinds.ts';
import { REPLICA_SETS } from '../kinds/replica-set-kind.ts';
import { controllerOf, type Pod } from '../objects.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { PodRuntime } from './pod-runtime.ts';
import { createPodWorker, type PodWorker } from './pod-worker.ts';

export interface KubeletOptions {
  runtime: PodRuntime;
  images: ImageRegistry;
  nextPodIp(): string;
  /** What an image is called in `imageID`; undefined for the registry's name of it. */
  imageIdOf: ((image: string) => string) | undefined;
  /** Factor on the pauses between restarts: none, 10 s, 20 s, 40 s up to 5 min. */
  backOffScale: number;
}

export interface Kubelet {
  /** Stops everything that runs, without touching the stored pods. */
  close(): Promise<void>;
}

/**
 * All nodes' kubelets in one. A pod runs from when it is scheduled until it is deleted; in between the runtime reports,
 * and its worker writes status and restarts what has ended. A deleted pod disappears when the runtime says that it has
 * ended. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function startKubelet(parts: ControllerParts, options: KubeletOptions): Kubelet {
  const { storage, clock, onError } = parts;
  const writes = createControllerWrites(parts.writes, 'kubelet');
  const workers = new Map<string, PodWorker>();
  const stopping = new Set<string>();

  const unsubscribe = storage.subscribe(({ plural, type, object }) => {
    if (plural !== PODS.plural) return;
    if (type === 'DELETED') forget(object.metadata.uid);
    else see(object as Pod);
  });
  for (const pod of storage.list(PODS.plural)) see(pod as Pod);

  function see(pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const isScheduled = pod.status.conditions?.some(({ type }) => type === 'PodScheduled');
    if (!isScheduled || !pod.spec.nodeName) return;
    const hasEnded = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
    if (deletionTimestamp) end(pod);
    else if (!workers.has(uid) && !hasEnded) begin(pod);
  }

  function begin(pod: Pod): void {
    const worker = createPodWorker(pod, {
      clock,
      writes,
      runtime: options.runtime,
      images: options.images,
      imageIdOf: options.imageIdOf ?? options.images.imageId,
      backOffScale: options.backOffScale,
      ip: pod.status.podIP ?? options.nextPodIp(),
      read: () => stored(pod),
      topOwnerOf,
      onError,
    });
    workers.set(pod.metadata.uid, worker);
    // In a turn of its own: the runtime may report at once, and we are inside someone's write.
    clock.schedule(0, () => {
      if (workers.get(pod.metadata.uid) === worker) worker.start();
    });
  }

  function end(pod: Pod): void {
    const { uid } = pod.metadata;
    if (stopping.has(uid)) return;
    stopping.add(uid);
    const stopped = workers.get(uid)?.stop() ?? Promise.resolve();
    workers.delete(uid);
    stopped.catch(onError).then(() => {
      const left = stored(pod);
      if (left) writes.remove(PODS, left, { gracePeriodSeconds: 0 });
    }, onError);
  }

  /** A pod removed by force: nobody waits for it. */
  function forget(uid: string): void {
    stopping.delete(uid);
    const worker = workers.get(uid);
    workers.delete(uid);
    worker?.stop().catch(onError);
  }

  function stored({ metadata }: Pod): Pod | undefined {
    const pod = storage.get(PODS.plural, metadata.namespace, metadata.name) as Pod | undefined;
    return pod?.metadata.uid === metadata.uid ? pod : undefined;
  }

  function topOwnerOf(pod: Pod): string | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return owner?.name;
    const set = storage.get(REPLICA_SETS.plural, pod.metadata.namespace, owner.name);
    return (set && controllerOf(set)?.name) ?? owner.name;
  }

  return {
    async close() {
      unsubscribe();
      const running = [...workers.values()].map((worker) => worker.abandon());
      workers.clear();
      if (options.runtime.close) await options.runtime.close();
      else await Promise.all(running.map((pod) => pod?.stop()));
    },
  };
}
