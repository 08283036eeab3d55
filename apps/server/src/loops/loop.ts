import type { Clock } from '@lastgood/engine';

export interface LoopOptions {
  name: string;
  everyMs: number;
  clock: Clock;
  pass(signal: AbortSignal): Promise<void>;
  /** A pass that threw; the loop goes on. */
  onFault(loop: string, error: unknown): void;
}

export interface Loop {
  /** Starts a pass at once, or right after the one under way. */
  wake(): void;
  /** Ends the pass under way by its signal and waits for it. */
  stop(): Promise<void>;
}

/** Repeats a pass, one at a time: `everyMs` after the end of the one before, sooner when woken. */
export function startLoop({ name, everyMs, clock, pass, onFault }: LoopOptions): Loop {
  const stopped = new AbortController();
  let nap = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      nap = new AbortController();
      try {
        await pass(stopped.signal);
      } catch (error) {
        if (!stopped.signal.aborted) onFault(name, error);
      }
      await clock.sleep(everyMs, AbortSignal.any([stopped.signal, nap.signal]));
    }
  })();
  return {
    wake: () => nap.abort(),
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
