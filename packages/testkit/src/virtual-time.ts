import type { Clock } from '@lastgood/engine';

interface Timer {
  at: number;
  order: number;
  fire: () => void;
  cancelled: boolean;
}

/** Time that passes only when it is told to, from one timer to the next. Equal instants fire in the order they were set. */
export interface VirtualTime {
  now(): number;
  /** Fires after `ms`; returns how to cancel it. */
  after(ms: number, fire: () => void): () => void;
  clock: Clock;
  /** Lets time pass to an instant, or until `done` says so; every promise is settled between two timers. */
  runUntil(at: number, done?: () => boolean): Promise<void>;
  pass(ms: number): Promise<void>;
}

export function createVirtualTime(startAt: number): VirtualTime {
  const timers = createTimerHeap();
  let now = startAt;
  let order = 0;

  const after = (ms: number, fire: () => void) => {
    order += 1;
    const timer: Timer = { at: now + Math.max(0, ms), order, fire, cancelled: false };
    timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  };

  async function runUntil(at: number, done: () => boolean = () => false): Promise<void> {
    await settle();
    for (let next = timers.peek(); next && next.at <= at && !done(); next = timers.peek()) {
      timers.pop();
      if (next.cancelled) continue;
      now = Math.max(now, next.at);
      next.fire();
      await settle();
    }
    if (!done()) now = Math.max(now, at);
  }

  return {
    now: () => now,
    after,
    clock: { now: () => now, sleep: (ms, signal) => sleepOn(after, ms, signal) },
    runUntil,
    pass: (ms) => runUntil(now + ms),
  };
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function sleepOn(after: VirtualTime['after'], ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const onAbort = () => {
      cancel();
      resolve();
    };
    const cancel = after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The macrotask comes after every promise that can settle without time passing. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function createTimerHeap() {
  const heap: Timer[] = [];
  const before = (a: number, b: number) => {
    const [x, y] = [heap[a], heap[b]];
    if (!x || !y) return false;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  };
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as Timer, heap[a] as Timer];
  };
  return {
    peek: (): Timer | undefined => heap[0],
    push(timer: Timer): void {
      heap.push(timer);
      for (let at = heap.length - 1; at > 0 && before(at, (at - 1) >> 1); at = (at - 1) >> 1)
        swap(at, (at - 1) >> 1);
    },
    pop(): void {
      swap(0, heap.length - 1);
      heap.pop();
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const least = before(left + 1, left) ? left + 1 : left;
        if (least >= heap.length || !before(least, at)) return;
        swap(at, least);
        at = least;
      }
    },
  };
}
