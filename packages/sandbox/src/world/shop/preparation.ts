import type { SandboxClock } from '../../kubernetes/index.ts';

/** What a scenario needs some seconds for, while the world is up already. */
export interface Preparation {
  /** Begins, or begins anew after it failed; what goes on already is left to it. */
  begin(): void;
  /** Begins once the start of everything else is over. */
  beginLater(): void;
  /** Why it cannot be played with yet, in words; null when it can. */
  waitsFor(): string | null;
  /** Nobody is told any more how it ends. */
  close(): void;
}

interface PreparationOptions {
  work(): Promise<void>;
  clock: SandboxClock;
  /** What is said before it has begun. */
  first?: string;
  onError(error: unknown): void;
}

const preparing = 'it is being prepared';
/** So long the start of Lastgood and its world has both cores to itself. */
const laterMs = 3_000;
/** Before anything can be judged, it must have been seen how the services do without a release: a slot of the evaluator. */
const seenMs = 10_000;

export function createPreparation({
  work,
  clock,
  first = preparing,
  onError,
}: PreparationOptions): Preparation {
  let isGoing = false;
  let isClosed = false;
  let waitsFor: string | null = first;
  let cancel = () => {};

  function begin(): void {
    if (isGoing || isClosed) return;
    isGoing = true;
    waitsFor = preparing;
    void work().then(succeeded, failed);
  }

  function succeeded(): void {
    cancel = clock.schedule(seenMs, () => {
      isGoing = false;
      waitsFor = null;
    });
  }

  function failed(error: unknown): void {
    isGoing = false;
    if (isClosed) return;
    waitsFor = 'it could not be prepared, and world.log in the data folder says why';
    onError(error);
  }

  return {
    begin,
    beginLater() {
      cancel = clock.schedule(laterMs, begin);
    },
    waitsFor: () => waitsFor,
    close() {
      isClosed = true;
      cancel();
    },
  };
}
