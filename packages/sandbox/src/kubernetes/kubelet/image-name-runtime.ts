import type { SandboxClock } from '../clock.ts';
import type { PodRuntime } from './pod-runtime.ts';

/** `never-ready`: its image cannot be pulled. `never-passes`: it runs, and its readiness probe never passes. */
export type ImageBehaviour = 'ready' | 'never-ready' | 'never-passes' | 'succeeds' | 'fails' | 'crashes';

export interface ImageNameRuntime extends PodRuntime {
  /** From here on pods of this image behave so; `*` stands for every image without a rule of its own. */
  setBehaviour(image: string, behaviour: ImageBehaviour): void;
}

const READY_AFTER_MS = 300;
const GONE_AFTER_MS = 100;
const SLOW_STOP_MS = 3_000;
const RUNS_MS = 400;

/**
 * Runs nothing: pods do what the name of their image says. `bad` never becomes ready, `exit0` and `exit1` run for
 * 400 ms and end with that code, `crash` starts and ends with code 1 again and again, `slowstop` takes 3 s to end,
 * everything else is ready 300 ms after it was scheduled and gone 100 ms after its deletion.
 */
export function createImageNameRuntime(clock: SandboxClock): ImageNameRuntime {
  const rules = new Map<string, ImageBehaviour>();
  const behaviourOf = (image: string): ImageBehaviour =>
    rules.get(image) ?? behaviourByName(image) ?? rules.get('*') ?? 'ready';

  return {
    // Nothing really runs, so there is nothing to wait for.
    close: () => Promise.resolve(),
    setBehaviour: (image, behaviour) => void rules.set(image, behaviour),
    run(pod, report) {
      const image = pod.containers[0]?.taggedImage ?? '';
      const timers: (() => void)[] = [];
      const after = (ms: number, action: () => void): void => void timers.push(clock.schedule(ms, action));
      after(READY_AFTER_MS, () => {
        const behaviour = behaviourOf(image);
        if (behaviour === 'never-ready') {
          report({ state: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling image' });
          return;
        }
        report({ state: 'running', ready: behaviour !== 'crashes' && behaviour !== 'never-passes' });
        if (behaviour === 'ready' || behaviour === 'never-passes') return;
        const exitCode = behaviour === 'succeeds' ? 0 : 1;
        after(RUNS_MS, () => report({ state: 'terminated', exitCode }));
      });
      return {
        stop() {
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
  if (image.includes('exit0')) return 'succeeds';
  if (image.includes('exit1')) return 'fails';
  return image.includes('crash') ? 'crashes' : undefined;
}
