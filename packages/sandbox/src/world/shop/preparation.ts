import type { SandboxClock } from '../../kubernetes/index.ts';

/** What a scenario needs some seconds for, while the world is up already. */
export interface Preparation {
  /** Begins, or begins anew after it failed; what goes on already is left to it. */
  begin(): void;
  /** Begins once the start of everything else is over. */
  beginLater(): void;
  /** Why it cannot be played with yet, in words; null when it can, or never will by itself. */
  waitsFor(): string | null;
  /** Why it is not tried any more, in words; null while it is, and when it went well. */
  lacks(): string | null;
  /** It is not to be begun, and what it lacks for that. */
  lack(words: string): void;
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

type Standing = { waitsFor: string | null; lacks: string | null };

const preparing = 'it is being prepared';
const tryingAgain = 'it could not be prepared, and is tried again';
const givenUp = 'could not be prepared, and sandbox/world.log in the data folder says why';
/** So long the start of Lastgood and its world has both cores to itself. */
const laterMs = 3_000;
/** Before anything can be judged, it must have been seen how the services do without a release: a slot of the evaluator. */
const seenMs = 10_000;
/** How long after a failure it is tried again, once for each; what still fails then lasts. */
const againAfterMs = [5_000, 15_000, 30_000, 60_000];

export function createPreparation({
  work,
  clock,
  first = preparing,
  onError,
}: PreparationOptions): Preparation {
  let isGoing = false;
  let isClosed = false;
  let failures = 0;
  let standing: Standing = { waitsFor: first, lacks: null };
  let cancel = () => {};

  function go(): void {
    if (isGoing || isClosed) return;
    cancel();
    isGoing = true;
    standing = { waitsFor: preparing, lacks: null };
    void work().then(succeeded, failed);
  }

  function succeeded(): void {
    if (isClosed) return;
    cancel = clock.schedule(seenMs, () => {
      isGoing = false;
      standing = { waitsFor: null, lacks: null };
    });
  }

  function failed(error: unknown): void {
    isGoing = false;
    if (isClosed) return;
    const againAfter = againAfterMs[failures];
    failures += 1;
    if (againAfter === undefined) standing = { waitsFor: null, lacks: givenUp };
    else {
      standing = { waitsFor: tryingAgain, lacks: null };
      cancel = clock.schedule(againAfter, go);
    }
    onError(error);
  }

  return {
    begin() {
      if (!isGoing) failures = 0;
      go();
    },
    beginLater() {
      cancel = clock.schedule(laterMs, go);
    },
    waitsFor: () => standing.waitsFor,
    lacks: () => standing.lacks,
    lack(words) {
      if (!isGoing) standing = { waitsFor: null, lacks: words };
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}
