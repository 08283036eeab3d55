/** When something may be done again, so that many wishes become few acts. */
export interface Seldom {
  /** Has it done within `withinMs`, but not sooner than the shortest pause after the last time; a shorter one may be given. */
  wish(withinMs: number, shortestMs?: number): void;
}

/**
 * Joins wishes: `act` is done once for all that came before it, never more often than every `pauseMs`. A wish that is more
 * urgent brings it forward, one that is less never puts it off.
 */
export function createSeldom(act: () => void, pauseMs: number, now: () => number = Date.now): Seldom {
  let lastAt = Number.NEGATIVE_INFINITY;
  let dueAt = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    wish(withinMs, shortestMs = pauseMs) {
      const at = Math.max(now() + withinMs, lastAt + shortestMs);
      if (at >= dueAt) return;
      dueAt = at;
      clearTimeout(timer);
      timer = setTimeout(() => {
        lastAt = now();
        dueAt = Number.POSITIVE_INFINITY;
        act();
      }, at - now());
    },
  };
}
