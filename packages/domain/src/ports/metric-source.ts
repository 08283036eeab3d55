import type { Reading } from '../trigger/reading.ts';

/** A question to a metric source: template and variables apart, because only the adapter may join them. */
export interface Question {
  template: string;
  variables: Partial<Record<string, string>>;
}

/** What was asked and what came back; enough to replay a decision. */
export interface Answer {
  reading: Reading;
  /** The rendered query, or the template when it could not be rendered. */
  query: string;
  /** Evaluation instant sent with the query. */
  at: number;
  /** `sha256:...` of the answer's body; null when there was none. */
  answerDigest: string | null;
  tookMs: number;
}

/** Answers questions about metrics. Never throws for an outside fault: that is a reading. */
export interface MetricSource {
  /** Answers in the order of the questions, all evaluated at `at`. */
  read(questions: readonly Question[], at: number, signal: AbortSignal): Promise<Answer[]>;
  /** What is wrong with a query template, in words; empty when it can be saved. Does not ask the source. */
  lint(template: string, knownVariables: readonly string[]): string[];
  /** Whether the source answers at all. */
  health(signal: AbortSignal): Promise<Health>;
}

/** How an outside system is, for `/readyz` and the screens it concerns. */
export type Health = { up: true } | { up: false; reason: string };
