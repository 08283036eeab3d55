import type { Reading } from './reading.ts';

/** A question to a metric source: template and variables apart, because only the adapter may join them. */
export interface Question {
  template: string;
  variables: Record<string, string | undefined>;
  /** Asked for what it answers over a stretch of time; absent: at one instant. */
  over?: SampleSpan;
}

/** Instants that are whole multiples of `everyMs`, later than `forMs` before the end and not after it. */
export interface SampleSpan {
  forMs: number;
  everyMs: number;
  /** How long before the instant asked for it ends. */
  endsBeforeMs: number;
}

/** No stretch has more instants. */
export const mostSamples = 1_000;

/** How many instants a stretch has at the most. */
export function sampleCount({ forMs, everyMs }: Pick<SampleSpan, 'forMs' | 'everyMs'>): number {
  return Math.ceil(forMs / everyMs);
}

/** What was asked and what came back; enough to replay a decision. */
export interface Answer {
  /** Of a question over a stretch of time how many samples there are; `no-data` where there is none. */
  reading: Reading;
  /** In order of time, infinite ones included; instants without a number are left out. Absent where none were asked for or answered. */
  samples?: number[];
  /** The rendered query, or the template when it could not be rendered. */
  query: string;
  /** Evaluation instant sent with the query. */
  at: number;
  /** `sha256:...` of the answer's body; null when there was none. */
  answerDigest: string | null;
  tookMs: number;
  /** The source refused the query for what it is, as it will every time: it must be changed. Absent: it did not. */
  refused?: boolean;
  /** How far before `at` the oldest sample may lie that it is made of; 0 when nothing was asked. */
  looksBackMs: number;
}

export interface AskRow {
  slot: number;
  query: string;
  at: number;
  answerDigest: string | null;
  tookMs: number;
  error: string | null;
}
