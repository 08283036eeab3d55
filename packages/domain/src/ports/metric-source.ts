import type { Health } from '../health.ts';
import type { Answer, Question, SamplesAnswer, SamplesQuestion } from '../trigger/question.ts';

/** Answers questions about metrics. Never throws for an outside fault: that is a reading. */
export interface MetricSource {
  /** Answers in the order of the questions, all evaluated at `at`. */
  read(questions: readonly Question[], at: number, signal: AbortSignal): Promise<Answer[]>;
  /** Answers in the order of the questions, each over its range until `at`. More than `mostSamples` numbers are unreachable. */
  readSamples(
    questions: readonly SamplesQuestion[],
    at: number,
    signal: AbortSignal,
  ): Promise<SamplesAnswer[]>;
  /** What is wrong with a query template, in words; empty when it can be saved. Does not ask the source. */
  lint(template: string, knownVariables: readonly string[]): string[];
  /**
   * What of a template that can be saved answers nothing while all is well (a comparison inside, as alert rules have it); null
   * when only missing data leaves its answer empty. Does not ask the source.
   */
  emptyWhenHealthy(template: string): EmptyWhenHealthy | null;
  /**
   * Why a query template is asked for each service by itself, in a sentence; null when it is asked for many at once. Their answers are
   * the same. `over` says how it is asked: for one instant, or for samples over a range of time. Absent: for an instant. Does not
   * ask the source.
   */
  whyAskedAlone(template: string, over?: 'instant' | 'range'): string | null;
  /** Whether the source answers at all. */
  health(signal: AbortSignal): Promise<Health>;
}

/** Two sentences. */
export interface EmptyWhenHealthy {
  /** "The query compares by itself at line 1, column 9, so it answers nothing while all is well." */
  why: string;
  /** How to ask instead. */
  instead: string;
}
