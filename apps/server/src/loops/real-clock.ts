import type { Clock } from '@lastgood/engine';

/** Node takes a longer delay for one of a millisecond: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const longestDelayMs = 2 ** 31 - 1;

/** A delay that a timer keeps: what would be longer ends early, and whoever slept looks whether it is time. */
function delayFor(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), longestDelayMs);
}

/** The one clock of the process. */
export function createRealClock(): Clock {
  return {
    now: () => Date.now(),
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(done, delayFor(ms));
        function done() {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        }
        signal.addEventListener('abort', done);
      });
    },
  };
}
