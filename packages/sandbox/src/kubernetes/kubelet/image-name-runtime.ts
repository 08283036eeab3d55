import type { SandboxClock } from '../clock.ts';
import type { ContainerReport, PodRuntime } from './pod-runtime.ts';

/** `never-ready`: its image cannot be pulled. `runs-unready`: it runs, and its readiness probe never passes. */
export type ImageBehaviour = 'ready' | 'never-ready' | 'runs-unready' | 'succeeds' | 'fails' | 'crashes';

export interface ImageNameRuntime extends PodRuntime {
  /**
   * From here on pods of this image behave so; `*` stands for every image without a rule of its own. Pods that run already
   * gain or lose readiness at once, unless only those that start are meant; what else they do was settled at their start.
   */
  setBehaviour(image: string, behaviour: ImageBehaviour, reach?: 'all' | 'starting'): void;
}

const READY_AFTER_MS = 300;
const GONE_AFTER_MS = 100;
const SLOW_STOP_MS = 3_000;
const RUNS_MS = 400;

/**
 * Runs nothing: pods do what the name of their image says. The image of `bad` cannot be pulled, `unready` runs and never
 * passes readiness, `exit0` and `exit1` run for 400 ms and end with that code, `crash` starts and ends with code 1 again and
 * again, `slowstop` takes 3 s to end, everything else is ready 300 ms after it was scheduled and gone 100 ms after its deletion.
 */
export function createImageNameRuntime(clock: SandboxClock): ImageNameRuntime {
  const rules = new Map<string, ImageBehaviour>();
  const running = new Set<{ image: string; report: (report: ContainerReport) => void }>();
  const behaviourOf = (image: string): ImageBehaviour =>
    rules.get(image) ?? behaviourByName(image) ?? rules.get('*') ?? 'ready';

  return {
    // Nothing really runs, so there is nothing to wait for.
    close: () => Promise.resolve(),
    setBehaviour(image, behaviour, reach = 'all') {
      rules.set(image, behaviour);
      if (reach === 'starting') return;
      if (behaviour !== 'ready' && behaviour !== 'runs-unready') return;
      for (const pod of running)
        if (pod.image === image) pod.report({ state: 'running', ready: behaviour === 'ready' });
    },
    run(pod, report) {
      const image = pod.containers[0]?.taggedImage ?? '';
      const held = { image, report };
      const timers: (() => void)[] = [];
      const after = (ms: number, action: () => void): void => void timers.push(clock.schedule(ms, action));
      after(READY_AFTER_MS, () => {
        const behaviour = behaviourOf(image);
        if (behaviour === 'never-ready') {
          report({ state: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling image' });
          return;
        }
        report({ state: 'running', ready: !['crashes', 'runs-unready'].includes(behaviour) });
        if (behaviour === 'ready' || behaviour === 'runs-unready') return void running.add(held);
        const exitCode = behaviour === 'succeeds' ? 0 : 1;
        after(RUNS_MS, () => report({ state: 'terminated', exitCode }));
      });
      return {
        stop() {
          running.delete(held);
          for (const cancel of timers.splice(0)) cancel();
          const afterMs = image.includes('slowstop') ? SLOW_STOP_MS : GONE_AFTER_MS;
          return new Promise((resolve) => void clock.schedule(afterMs, resolve));
        },
      };
    },
  };
}

function behaviourByName(image: string): ImageBehaviour | undefined {
  if (image.includes('bad')) return 'never-ready';
  if (image.includes('unready')) return 'runs-unready';
  if (image.includes('exit0')) return 'succeeds';
  if (image.includes('exit1')) return 'fails';
  return image.includes('crash') ? 'crashes' : undefined;
}
