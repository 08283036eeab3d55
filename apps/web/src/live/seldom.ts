/** When something may be done again, so that many wishes become few acts. */
export interface Seldom {
  /** Has it done within `withinMs`, but not sooner than the shortest pause after the last time. */
  wish(withinMs: number): void;
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
    wish(withinMs) {
      const at = Math.max(now() + withinMs, lastAt + pauseMs);
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
