import { retryAfterMs } from '../../http/retry-after.ts';

const longestRestMs = 60_000;

/** Leaves a registry alone that has asked for it: whoever looks again each second would use up what it allows. */
export interface Rest {
  /** Null lets the question through; else, in words, why it is not asked. */
  refusal(): string | null;
  heard(answer: { statusCode: number; headers: Record<string, string | string[] | undefined> }): void;
}

/** @param now epoch milliseconds */
export function createRest(now: () => number): Rest {
  let until = 0;
  return {
    refusal() {
      const leftMs = until - now();
      if (leftMs <= 0) return null;
      return `it answered HTTP 429 and is left alone for ${Math.ceil(leftMs / 1_000)} s more`;
    },
    heard({ statusCode, headers }) {
      if (statusCode !== 429) return;
      until = now() + (retryAfterMs(headers['retry-after'], now(), longestRestMs) ?? 0);
    },
  };
}
