import { setTimeout as sleep } from 'node:timers/promises';

export interface Release {
  /** What is closed, in words. */
  what: string;
  close(): Promise<void> | void;
  /** What takes longer is left behind, or killed where it can be. */
  withinMs: number;
  /** Ends a process of its own at once; asks nobody and waits for nothing. */
  kill?(): void;
}

/** What was opened, to be closed in reverse order. */
export interface ReleaseStack {
  add(release: Release): void;
  /**
   * Runs every release, the last one added first, each one also after another failed or took too long; throws what failed.
   */
  releaseAll(): Promise<void>;
  /** Kills every process that is not closed yet. */
  killAll(): void;
}

export function createReleaseStack(): ReleaseStack {
  const releases: Release[] = [];
  const closing = new Set<Release>();
  const close = async (release: Release): Promise<void> => {
    closing.add(release);
    const late = new AbortController();
    const tooLate = sleep(release.withinMs, null, { signal: late.signal }).then(() => {
      release.kill?.();
      throw new Error(`${release.what} did not end within ${release.withinMs / 1000} s`);
    });
    try {
      await Promise.race([release.close(), tooLate]);
    } finally {
      late.abort();
      tooLate.catch(() => undefined);
      closing.delete(release);
    }
  };
  return {
    add: (release) => releases.push(release),
    async releaseAll() {
      const failures: unknown[] = [];
      for (let release = releases.pop(); release; release = releases.pop()) {
        try {
          await close(release);
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
    },
    killAll() {
      for (const release of [...closing, ...releases]) release.kill?.();
    },
  };
}
