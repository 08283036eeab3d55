import { type ControllerParts, createControllerWrites, keyOf } from '../controllers/controller-parts.ts';
import { PODS } from '../kinds/core-kinds.ts';
import { REPLICA_SETS } from '../kinds/workload-kinds.ts';
import { type ContainerStatus, controllerOf, type Pod, wireTime } from '../objects.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { ContainerReport, PodRuntime, PodSpecToRun, RunningPod } from './pod-runtime.ts';
import { type ContainersState, podStatus } from './pod-status.ts';

export interface KubeletOptions {
  runtime: PodRuntime;
  images: ImageRegistry;
  nextPodIp(): string;
  /** What an image is called in `imageID`; the registry's name for it when left out. */
  imageIdOf?: (image: string) => string;
  /** Factor on the pauses between restarts: 10 s, 20 s, 40 s up to 5 min. */
  backOffScale: number;
}

export interface Kubelet {
  /** Stops everything that runs, without touching the stored pods. */
  close(): Promise<void>;
}

const FIRST_BACK_OFF_MS = 10_000;
const MOST_BACK_OFF_MS = 300_000;
/** A container that ran this long starts over with the first pause. */
const BACK_OFF_FORGOTTEN_MS = 600_000;

interface Tracked {
  key: string;
  ip: string;
  running?: RunningPod;
  restartCount: number;
  /** Crashes in a row. */
  crashes: number;
  startedAt: number;
  lastState: ContainerStatus['state'];
  isStopping: boolean;
  /** Counts runs, so that a late report of an earlier one is ignored. */
  run: number;
  cancelRestart?: () => void;
}

/**
 * All nodes' kubelets in one. A pod runs from when it is scheduled until it is deleted; in between the runtime reports
 * and the kubelet writes status and restarts what has ended, the first time at once, then after growing pauses
 * (CrashLoopBackOff). A deleted pod disappears when the runtime says that it has ended.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
export function startKubelet(parts: ControllerParts, options: KubeletOptions): Kubelet {
  const { storage, clock } = parts;
  const writes = createControllerWrites(parts.writes, 'kubelet');
  const tracked = new Map<string, Tracked>();

  const see = (pod: Pod): void => {
    const { uid, deletionTimestamp } = pod.metadata;
    const isScheduled = pod.status.conditions?.some(({ type }) => type === 'PodScheduled') ?? false;
    if (!isScheduled || !pod.spec.nodeName) return;
    const entry = tracked.get(uid);
    if (deletionTimestamp) return end(pod, entry);
    if (!entry && !['Succeeded', 'Failed'].includes(pod.status.phase)) begin(pod);
  };
  const unsubscribe = storage.subscribe(({ plural, type, object }) => {
    if (plural !== PODS.plural) return;
    if (type !== 'DELETED') return see(object as Pod);
    const entry = tracked.get(object.metadata.uid);
    tracked.delete(object.metadata.uid);
    // Deleted by force: nobody waits for it.
    if (entry && !entry.isStopping) stopRunning(entry).catch(parts.onError);
  });
  for (const pod of storage.list(PODS.plural)) see(pod as Pod);

  function begin(pod: Pod): void {
    const status = pod.status.containerStatuses?.[0];
    const startedAt = Date.parse(status?.state.running?.startedAt ?? '');
    const entry: Tracked = {
      key: keyOf(pod),
      ip: pod.status.podIP ?? options.nextPodIp(),
      restartCount: status?.restartCount ?? 0,
      crashes: 0,
      startedAt: Number.isNaN(startedAt) ? 0 : startedAt,
      lastState: status?.lastState ?? {},
      isStopping: false,
      run: 0,
    };
    tracked.set(pod.metadata.uid, entry);
    // In a turn of its own: the runtime may report at once, and we are inside someone's write.
    entry.cancelRestart = clock.schedule(0, () => start(pod.metadata.uid, entry));
  }

  function start(uid: string, entry: Tracked): void {
    const pod = current(uid, entry);
    if (!pod) return;
    const run = ++entry.run;
    const spec = specToRun(pod, entry);
    if (!spec) {
      const message = 'Back-off pulling image';
      return show(uid, entry, {
        state: { waiting: { reason: 'ImagePullBackOff', message } },
        isReady: false,
      });
    }
    entry.running = options.runtime.run(spec, (report) => {
      if (run === entry.run) onReport(uid, entry, report);
    });
  }

  function onReport(uid: string, entry: Tracked, report: ContainerReport): void {
    if (entry.isStopping || tracked.get(uid) !== entry) return;
    if (report.state === 'waiting') {
      const { reason, message } = report;
      return show(uid, entry, {
        state: { waiting: { reason, ...(message ? { message } : {}) } },
        isReady: false,
      });
    }
    if (report.state === 'running') {
      entry.startedAt ||= clock.now();
      const state = { running: { startedAt: wireTime(entry.startedAt) } };
      return show(uid, entry, { state, isReady: report.ready });
    }
    return onExit(uid, entry, report.exitCode, report.reason);
  }

  function onExit(uid: string, entry: Tracked, exitCode: number, reason?: string): void {
    const pod = current(uid, entry);
    if (!pod) return;
    const { startedAt } = entry;
    const terminated = {
      exitCode,
      reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      ...(startedAt ? { startedAt: wireTime(startedAt) } : {}),
      finishedAt: wireTime(clock.now()),
    };
    const ended = entry.running;
    delete entry.running;
    entry.run += 1;
    entry.startedAt = 0;
    ended?.stop().catch(parts.onError);
    const policy = pod.spec.restartPolicy;
    if (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0)) {
      const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
      return show(uid, entry, { state: { terminated }, isReady: false, phase });
    }
    entry.lastState = { terminated };
    if (startedAt && clock.now() - startedAt > BACK_OFF_FORGOTTEN_MS) entry.crashes = 0;
    entry.crashes += 1;
    const pauseMs = backOffMs(entry.crashes) * options.backOffScale;
    if (pauseMs > 0) {
      const message = `back-off ${Math.round(pauseMs / 1000)}s restarting failed container=${pod.spec.containers[0]?.name} pod=${pod.metadata.name}`;
      show(uid, entry, { state: { waiting: { reason: 'CrashLoopBackOff', message } }, isReady: false });
    } else show(uid, entry, { state: { terminated }, isReady: false });
    entry.cancelRestart = clock.schedule(pauseMs, () => {
      entry.restartCount += 1;
      start(uid, entry);
    });
  }

  function show(
    uid: string,
    entry: Tracked,
    shown: { state: ContainerStatus['state']; isReady: boolean; phase?: ContainersState['phase'] },
  ): void {
    const pod = current(uid, entry);
    if (!pod) return;
    const hasStarted =
      shown.state.running !== undefined ||
      entry.lastState.terminated !== undefined ||
      shown.state.terminated !== undefined;
    const phase = shown.phase ?? (hasStarted ? 'Running' : 'Pending');
    const imageIdOf = hasStarted ? (options.imageIdOf ?? options.images.imageId) : () => '';
    const status = podStatus(
      pod,
      {
        ...shown,
        phase,
        lastState: entry.lastState,
        restartCount: entry.restartCount,
        imageIdOf: heldIds(pod, imageIdOf),
        ip: entry.ip,
      },
      clock.now(),
    );
    writes.updateStatus(PODS, { ...pod, status });
  }

  function end(pod: Pod, entry: Tracked | undefined): void {
    if (entry?.isStopping) return;
    const { uid } = pod.metadata;
    const remove = (): void => {
      tracked.delete(uid);
      const [namespace, name] = [pod.metadata.namespace, pod.metadata.name];
      const left = storage.get(PODS.plural, namespace, name);
      if (left?.metadata.uid === uid) writes.remove(PODS, left, { gracePeriodSeconds: 0 });
    };
    if (!entry) {
      clock.schedule(0, remove);
      return;
    }
    entry.isStopping = true;
    stopRunning(entry).then(remove, (error) => {
      parts.onError(error);
      remove();
    });
  }

  async function stopRunning(entry: Tracked): Promise<void> {
    entry.cancelRestart?.();
    await entry.running?.stop();
  }

  function current(uid: string, entry: Tracked): Pod | undefined {
    const [namespace, name] = entry.key.split('/');
    const pod = storage.get(PODS.plural, namespace, name ?? '') as Pod | undefined;
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  /** Undefined when an image cannot be pulled. */
  function specToRun(pod: Pod, entry: Tracked): PodSpecToRun | undefined {
    const containers = pod.spec.containers.flatMap(({ name, image, env = [] }) => {
      const resolved = options.images.resolve(image);
      const values = Object.fromEntries(env.map((variable) => [variable.name, variable.value ?? '']));
      return resolved ? [{ name, image, ...resolved, env: values }] : [];
    });
    if (containers.length < pod.spec.containers.length) return undefined;
    const { uid, name, namespace = '', labels = {} } = pod.metadata;
    const ownerName = topOwner(pod);
    const { ip, restartCount } = entry;
    const node = pod.spec.nodeName ?? '';
    return {
      uid,
      namespace,
      name,
      labels,
      ...(ownerName ? { ownerName } : {}),
      node,
      ip,
      containers,
      restartCount,
    };
  }

  function topOwner(pod: Pod): string | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return owner?.name;
    const set = storage.get(REPLICA_SETS.plural, pod.metadata.namespace, owner.name);
    return (set && controllerOf(set)?.name) ?? owner.name;
  }

  return {
    async close() {
      unsubscribe();
      const entries = [...tracked.values()];
      tracked.clear();
      for (const entry of entries) entry.run += 1;
      for (const entry of entries) entry.cancelRestart?.();
      if (options.runtime.close) await options.runtime.close();
      else await Promise.all(entries.map((entry) => entry.running?.stop()));
    },
  };
}

/** A container keeps the content it was started with, also when its tag moves meanwhile. */
function heldIds(pod: Pod, imageIdOf: (image: string) => string): (image: string) => string {
  return (image) => {
    const before = pod.status.containerStatuses?.find(
      (status) => status.image === image && status.imageID !== '',
    );
    return before?.imageID ?? imageIdOf(image);
  };
}

/** The first restart comes at once. */
function backOffMs(crashes: number): number {
  if (crashes <= 1) return 0;
  return Math.min(FIRST_BACK_OFF_MS * 2 ** (crashes - 2), MOST_BACK_OFF_MS);
}
