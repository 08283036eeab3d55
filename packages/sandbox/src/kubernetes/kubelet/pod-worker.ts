import type { SandboxClock } from '../clock.ts';
import type { ControllerWrites } from '../controllers/controller-writes.ts';
import { PODS } from '../kinds/core-kinds.ts';
import { type ContainerStatus, type Pod, wireTime } from '../objects.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { ContainerReport, PodRuntime, PodSpecToRun, RunningPod } from './pod-runtime.ts';
import { type ContainersState, podStatus } from './pod-status.ts';

/** Looks after one pod from its start to its end. */
export interface PodWorker {
  start(): void;
  /** Ends the containers; no report counts any more. */
  stop(): Promise<void>;
  /** Forgets everything at once, without waiting for the containers. */
  abandon(): RunningPod | undefined;
}

export interface PodWorkerParts {
  clock: SandboxClock;
  writes: ControllerWrites;
  runtime: PodRuntime;
  images: ImageRegistry;
  imageIdOf: (image: string) => string;
  backOffScale: number;
  ip: string;
  /** The pod as stored now; undefined when it is gone. */
  read(): Pod | undefined;
  topOwnerOf(pod: Pod): string | undefined;
  onError(error: unknown): void;
}

const FIRST_BACK_OFF_MS = 10_000;
const MOST_BACK_OFF_MS = 300_000;
/** A container that ran this long starts over with the first pause. */
const BACK_OFF_FORGOTTEN_MS = 600_000;

interface Shown {
  state: ContainerStatus['state'];
  isReady: boolean;
  phase?: ContainersState['phase'];
}

/**
 * States: starting; waiting, running or not ready as the runtime says; ended and waiting for a restart; ended for good
 * (restart policy); stopping. Each start counts as a new run, and a report of an earlier run is ignored.
 */
export function createPodWorker(pod: Pod, parts: PodWorkerParts): PodWorker {
  const { clock } = parts;
  const restored = pod.status.containerStatuses?.[0];
  let restartCount = restored?.restartCount ?? 0;
  let lastState = restored?.lastState ?? {};
  let startedAt = Date.parse(restored?.state.running?.startedAt ?? '') || 0;
  let crashesInARow = 0;
  let run = 0;
  let running: RunningPod | undefined;
  let cancelRestart = (): void => {};

  const start = (): void => {
    const current = parts.read();
    if (!current) return;
    const thisRun = ++run;
    const spec = specToRun(current);
    if (!spec) {
      show({
        state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
        isReady: false,
      });
      return;
    }
    running = parts.runtime.run(spec, (report) => {
      if (thisRun === run) take(report);
    });
  };

  function take(report: ContainerReport): void {
    if (report.state === 'terminated') onExit(report.exitCode, report.reason);
    else if (report.state === 'running') {
      startedAt ||= clock.now();
      show({ state: { running: { startedAt: wireTime(startedAt) } }, isReady: report.ready });
    } else {
      const { reason, message } = report;
      show({ state: { waiting: { reason, message } }, isReady: false });
    }
  }

  function onExit(exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): void {
    const policy = parts.read()?.spec.restartPolicy;
    const ranSince = startedAt;
    const started = ranSince ? { startedAt: wireTime(ranSince) } : {};
    const terminated = { exitCode, reason, ...started, finishedAt: wireTime(clock.now()) };
    abandon()?.stop().catch(parts.onError);
    if (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0)) {
      show({ state: { terminated }, isReady: false, phase: exitCode === 0 ? 'Succeeded' : 'Failed' });
      return;
    }
    lastState = { terminated };
    if (ranSince && clock.now() - ranSince > BACK_OFF_FORGOTTEN_MS) crashesInARow = 0;
    crashesInARow += 1;
    const pauseMs = backOffMs(crashesInARow) * parts.backOffScale;
    show({ state: pauseMs > 0 ? backingOff(pauseMs) : { terminated }, isReady: false });
    cancelRestart = clock.schedule(pauseMs, () => {
      restartCount += 1;
      start();
    });
  }

  function backingOff(pauseMs: number): ContainerStatus['state'] {
    const names = `container=${pod.spec.containers[0]?.name} pod=${pod.metadata.name}`;
    const message = `back-off ${Math.round(pauseMs / 1000)}s restarting failed ${names}`;
    return { waiting: { reason: 'CrashLoopBackOff', message } };
  }

  function show(shown: Shown): void {
    const current = parts.read();
    if (!current) return;
    const hasRun = Boolean(shown.state.running ?? shown.state.terminated ?? lastState.terminated);
    const status = podStatus(
      current,
      {
        ...shown,
        phase: shown.phase ?? (hasRun ? 'Running' : 'Pending'),
        lastState,
        restartCount,
        imageIdOf: hasRun ? heldIds(current, parts.imageIdOf) : () => '',
        ip: parts.ip,
      },
      clock.now(),
    );
    parts.writes.updateStatus(PODS, { ...current, status });
  }

  /** Undefined when an image cannot be pulled. */
  function specToRun(current: Pod): PodSpecToRun | undefined {
    const containers = current.spec.containers.flatMap(({ name, image, env = [] }) => {
      const resolved = parts.images.resolve(image);
      const values = Object.fromEntries(env.map((variable) => [variable.name, variable.value ?? '']));
      return resolved ? [{ name, image, ...resolved, env: values }] : [];
    });
    if (containers.length < current.spec.containers.length) return undefined;
    const { uid, name, namespace = '', labels = {} } = current.metadata;
    const ownerName = parts.topOwnerOf(current);
    const owner = ownerName ? { ownerName } : {};
    const node = current.spec.nodeName ?? '';
    return { uid, namespace, name, labels, ...owner, node, ip: parts.ip, containers, restartCount };
  }

  function abandon(): RunningPod | undefined {
    const ended = running;
    cancelRestart();
    running = undefined;
    run += 1;
    startedAt = 0;
    return ended;
  }

  return {
    start,
    abandon,
    stop: async () => await abandon()?.stop(),
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
function backOffMs(crashesInARow: number): number {
  if (crashesInARow <= 1) return 0;
  return Math.min(FIRST_BACK_OFF_MS * 2 ** (crashesInARow - 2), MOST_BACK_OFF_MS);
}
