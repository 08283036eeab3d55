/**
 * Keeps callers from waiting for somebody who accepts and never answers. After a few questions in a row without an answer
 * it is open: questions are turned away at once, but for one now and then that tries, after pauses that grow up to a
 * ceiling. One answer closes it. A refusal is an answer; only silence counts.
 */
export interface Breaker {
  /** Null lets the question through; else, in words, why it is not asked and within what time it is. */
  refusal(): string | null;
  answered(): void;
  unanswered(): void;
}

export interface BreakerLimits {
  /** Questions in a row without an answer until it opens. */
  opensAfter: number;
  firstPauseMs: number;
  longestPauseMs: number;
}

const breakerLimits: BreakerLimits = { opensAfter: 3, firstPauseMs: 2_000, longestPauseMs: 15_000 };

export function createBreaker(now: () => number, limits: BreakerLimits = breakerLimits): Breaker {
  let silences = 0;
  let nextTrialAt = 0;
  const pauseMs = () =>
    Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** Math.min(20, silences - limits.opensAfter));
  return {
    refusal() {
      if (silences < limits.opensAfter) return null;
      const leftMs = nextTrialAt - now();
      // The same for as long as it is silent: whoever shows it would have something new to show in every second.
      if (leftMs > 0)
        return `it gives no answer; it is asked again within ${Math.ceil(limits.longestPauseMs / 1_000)} s`;
      // This one tries; whoever comes while it is under way waits for what comes of it.
      nextTrialAt = now() + pauseMs();
      return null;
    },
    answered() {
      silences = 0;
    },
    unanswered() {
      silences += 1;
      if (silences >= limits.opensAfter) nextTrialAt = now() + pauseMs();
    },
  };
}
