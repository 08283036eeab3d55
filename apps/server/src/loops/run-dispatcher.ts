import type { RunWorker, WorkerMove } from '@lastgood/engine';

export interface RunDispatcher {
  /** Looks for a due run, unless one look is under way. */
  look(): void;
  /** Wired to the worker: a claim frees the look for the next run. */
  onMove(move: WorkerMove): void;
  /** Waits until every run it carries was put down; call after aborting the signal. */
  settled(): Promise<void>;
}

/**
 * Carries several runs at once with one worker, which knows how many it may hold. Each call of `work` first claims and then carries; at most one call is in its
 * claiming part at any time, so an idle replica asks the store once per look.
 */
export function createRunDispatcher(
  worker: () => RunWorker,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): RunDispatcher {
  const carried = new Set<Promise<void>>();
  /** The call that is in its claiming part. */
  let looking: object | null = null;

  function look(): void {
    if (looking || signal.aborted) return;
    const mine = {};
    looking = mine;
    const one = carry(mine).finally(() => carried.delete(one));
    carried.add(one);
  }

  async function carry(mine: object): Promise<void> {
    let found = false;
    try {
      found = await worker().work(signal);
    } catch (error) {
      if (!signal.aborted) onFault(error);
    }
    // Without a claim nobody else has freed the look; after one it may be another's.
    if (looking === mine) looking = null;
    if (found) queueMicrotask(look);
  }

  return {
    look,
    onMove(move) {
      if (move.kind !== 'claimed' && move.kind !== 'taken-over') return;
      looking = null;
      queueMicrotask(look);
    },
    async settled() {
      await Promise.all(carried);
    },
  };
}
