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

export interface AskRow {
  slot: number;
  query: string;
  at: number;
  answerDigest: string | null;
  tookMs: number;
  error: string | null;
}
