/** For so long nobody reads while somebody acts: longer than an act takes, shorter than a page is waited for. Milliseconds. */
const patienceMs = 1_000;

/**
 * Who goes before those that read: acts, and the slot that is judged. While one of them is under way nobody begins to read; when
 * that takes longer than a second, as where an outside system hangs, one reads at a time. The second comes back as slowly as it
 * is used up, so that acts without end, one after the other, leave readers half of the time.
 */
export interface Precedence {
  /** How many may read at the same time now, of `atOnce` otherwise. */
  placesOf(atOnce: number): number;
  /** Takes it until the function that is returned is called, once or more often. */
  take(): () => void;
  during<T>(act: () => Promise<T>): Promise<T>;
  /** Calls back whenever more may read. */
  onMore(listener: () => void): void;
}

export function createPrecedence(): Precedence {
  const listeners: (() => void)[] = [];
  let taken = 0;
  let places = Number.POSITIVE_INFINITY;
  let patience: NodeJS.Timeout | undefined;
  /** How much of the patience was used up at `since`; it grows while nobody may read, and shrinks otherwise. */
  let usedMs = 0;
  let since = performance.now();

  function change(now: number): void {
    const ms = performance.now() - since;
    usedMs = places === 0 ? usedMs + ms : Math.max(0, usedMs - ms);
    since += ms;
    places = now;
  }

  function open(now: number): void {
    change(now);
    for (const listener of listeners) listener();
  }

  function close(): void {
    change(0);
    const leftMs = patienceMs - usedMs;
    if (leftMs > 0) patience = setTimeout(() => open(1), leftMs).unref();
    else change(1);
  }

  function take(): () => void {
    let given = false;
    taken += 1;
    if (taken === 1) close();
    return () => {
      if (given) return;
      given = true;
      taken -= 1;
      if (taken > 0) return;
      clearTimeout(patience);
      open(Number.POSITIVE_INFINITY);
    };
  }

  return {
    placesOf: (atOnce) => Math.min(atOnce, places),
    take,
    async during(act) {
      const giveBack = take();
      try {
        return await act();
      } finally {
        giveBack();
      }
    },
    onMore: (listener) => void listeners.push(listener),
  };
}
