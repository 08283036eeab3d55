/** What was opened, to be closed in reverse order. */
export interface ReleaseStack {
  add(release: () => Promise<void> | void): void;
  /** Runs every release, the last one added first, each one also after another failed; throws the first failure. */
  releaseAll(): Promise<void>;
}

export function createReleaseStack(): ReleaseStack {
  const releases: (() => Promise<void> | void)[] = [];
  return {
    add: (release) => releases.push(release),
    async releaseAll() {
      const failures: unknown[] = [];
      for (let release = releases.pop(); release; release = releases.pop()) {
        try {
          await release();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
    },
  };
}
