import type { Reading } from './reading.ts';

/** A question to a metric source: template and variables apart, because only the adapter may join them. */
export interface Question {
  template: string;
  variables: Record<string, string | undefined>;
}

/** What was asked and what came back; enough to replay a decision. */
export interface Answer {
  reading: Reading;
  /** The rendered query, or the template when it could not be rendered. */
  query: string;
  /** Evaluation instant sent with the query. */
  at: number;
  /**
   * `sha256:...` of the answer's body; null when there was none. Of what was asked together with others (a batch) it is that of the
   * body which this query alone would have been answered with.
   */
  answerDigest: string | null;
  tookMs: number;
  /** The source refused the query for what it is, as it will every time: it must be changed. Absent: it did not. */
  refused?: boolean;
  /** How far before `at` the oldest sample may lie that it is made of; 0 when nothing was asked. */
  looksBackMs: number;
}

/** Samples from `fromMs` before an instant to it, one every `stepMs`, counted back from the instant. */
export interface SampleRange {
  fromMs: number;
  stepMs: number;
}

export interface SamplesQuestion extends Question {
  range: SampleRange;
}

/** So many numbers one answer may have: they are kept with what was concluded from them. */
export const mostSamples = 2_000;

/**
 * What came back of a range. The reading is how many numbers there are, which are in `samples`, a list for each series in the order of
 * time; what was no number is left out. Without one number `samples` is empty, and the reading says why.
 */
export interface SamplesAnswer extends Answer {
  samples: number[][];
}

export interface AskRow {
  slot: number;
  query: string;
  at: number;
  answerDigest: string | null;
  tookMs: number;
  error: string | null;
}
