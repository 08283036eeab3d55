import type { ContainerReport, PodSpecToRun, RunningPod, SandboxClock } from '../kubernetes/index.ts';
import { type Listening, listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { behaviours } from './behaviour.ts';
import { type CatalogImage, findImage } from './image-catalog.ts';
import type { Program, StartProgramOf } from './program.ts';
import { createServiceServer } from './service-server.ts';

const probeEveryMs = 500;

/** A pod's process that can be asked something. */
export interface LiveTarget {
  service: string;
  namespace: string;
  pod: string;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  /** Of the pod; unlike the port it stays when the process starts again. */
  ip: string;
  /** Whether it takes traffic. */
  ready: boolean;
  /** `v42-errors` */
  version: string;
}

export interface SamplePod extends RunningPod {
  /** Undefined while nothing listens. */
  target(): LiveTarget | undefined;
}

export interface SamplePodOptions {
  pod: PodSpecToRun;
  report(report: ContainerReport): void;
  clock: SandboxClock;
  random: SeededRandom;
  startupMs: number;
  graceMs: number;
  startProgram?: StartProgramOf | undefined;
}

/**
 * One pod. *pulling* -> *starting* (not ready) -> *ready*, and from there *exited* when its image crashes. An image the
 * registry does not have stays in *pulling*, as ErrImagePull and then ImagePullBackOff. `stop` ends it from anywhere.
 */
export function startSamplePod(options: SamplePodOptions): SamplePod {
  const { pod, clock, random, startupMs } = options;
  const timers = new Set<() => void>();
  let listening: Listening | undefined;
  let program: Program | undefined;
  let ready = false;
  let ended = false;
  let stopped = false;
  let starting: Promise<void> = Promise.resolve();

  const service = serviceOf(pod);
  const missing = pod.containers.find((container) => findImage(container.taggedImage) === undefined);
  const main = pod.containers[0];
  const image = findImage(main?.taggedImage ?? '');

  function later(afterMs: number, action: () => void): void {
    const cancel = clock.schedule(afterMs, () => {
      timers.delete(cancel);
      if (!ended) action();
    });
    timers.add(cancel);
  }

  async function end(graceMs: number): Promise<void> {
    ended = true;
    ready = false;
    for (const cancel of timers) cancel();
    await starting;
    const server = listening;
    listening = undefined;
    await server?.close(graceMs);
    await program?.close?.();
  }

  function refuseImage(reference: string): void {
    const message = `sandbox.local has no image ${JSON.stringify(reference)}`;
    later(startupMs, () => {
      options.report({ state: 'waiting', reason: 'ErrImagePull', message });
      later(2_000, () => options.report({ state: 'waiting', reason: 'ImagePullBackOff', message }));
    });
  }

  function exit(): void {
    void end(0).then(() => {
      if (!stopped) options.report({ state: 'terminated', exitCode: 1, reason: 'Error' });
    });
  }

  /** As a readiness probe finds out. */
  function becomeReady(): void {
    void Promise.resolve(program?.isReady?.() ?? true).then((isReady) => {
      if (ended) return;
      if (!isReady) return later(probeEveryMs, becomeReady);
      ready = true;
      options.report({ state: 'running', ready: true });
    });
  }

  async function listen(found: CatalogImage): Promise<void> {
    program = options.startProgram?.(service, { version: found.tag, clock });
    const server = createServiceServer({
      build: { service, version: found.tag, image: main?.image ?? '', digest: main?.digest ?? '' },
      behaviour: behaviours[found.behaviour],
      pod: pod.name,
      clock,
      random,
      isReady: () => ready,
      program,
    });
    try {
      listening = await listenOnLoopback(server);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      options.report({ state: 'waiting', reason: 'CreateContainerError', message });
      return;
    }
    if (ended) return;
    options.report({ state: 'running', ready: false });
    later(startupMs, becomeReady);
    const exitsAfterMs = behaviours[found.behaviour].exitsAfterMs(random());
    if (exitsAfterMs !== null) later(exitsAfterMs, exit);
  }

  if (missing !== undefined || image === undefined) refuseImage((missing ?? main)?.image ?? '');
  else {
    later(startupMs * (0.5 + random()), () => {
      starting = listen(image);
    });
  }

  return {
    stop() {
      stopped = true;
      return end(options.graceMs);
    },
    target() {
      if (listening === undefined || ended || image === undefined) return undefined;
      const { namespace, name, ip } = pod;
      return { service, namespace, pod: name, ip, url: listening.url, ready, version: image.tag };
    },
  };
}

/** The name the pod's metrics carry. */
function serviceOf({ labels, containers }: PodSpecToRun): string {
  const image = containers[0]?.taggedImage ?? '';
  return labels['app.kubernetes.io/name'] ?? labels.app ?? findImage(image)?.service ?? 'unknown';
}
