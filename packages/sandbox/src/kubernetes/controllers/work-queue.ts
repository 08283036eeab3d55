import { isApiError } from '../api-error.ts';
import type { SandboxClock } from '../clock.ts';

/**
 * Keys waiting to be looked at by one controller. A key waits once however often it is added; a look that loses
 * against another writer (409) or fails is repeated after a growing pause.
 */
export interface WorkQueue {
  add(key: string): void;
  addAfter(key: string, afterMs: number): void;
}

/** What a controller takes to notice a change, about as in the recordings; leaves room for the in-between states. */
const NOTICE_MS = 10;
const FIRST_RETRY_MS = 5;
const MOST_RETRY_MS = 10_000;

export function createWorkQueue(
  clock: SandboxClock,
  look: (key: string) => void,
  onError: (error: unknown) => void,
  noticeMs = NOTICE_MS,
): WorkQueue {
  const waiting = new Set<string>();
  const failures = new Map<string, number>();

  const run = (key: string): void => {
    waiting.delete(key);
    try {
      look(key);
      failures.delete(key);
    } catch (error) {
      if (!isApiError(error)) onError(error);
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      queue.addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** count, MOST_RETRY_MS));
    }
  };
  const queue: WorkQueue = {
    add(key) {
      if (waiting.has(key)) return;
      waiting.add(key);
      clock.schedule(noticeMs, () => run(key));
    },
    addAfter: (key, afterMs) => void clock.schedule(afterMs, () => queue.add(key)),
  };
  return queue;
}
