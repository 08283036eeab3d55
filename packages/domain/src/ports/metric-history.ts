import type { PastAnswer, PastQuestion } from '../trigger/past-answer.ts';
import type { ReviewedSource } from './query-review.ts';

/** Answers what it would have answered in the past, as far as it still knows. Never throws for an outside fault. */
export interface MetricHistory {
  /**
   * Each instant is answered as `MetricSource.read` answers the question then. Of its own limit of questions under way, so that whoever
   * reads the present goes first. Once the signal aborts nothing more is asked.
   */
  readPast(question: PastQuestion, signal: AbortSignal): Promise<PastAnswer>;
}

/** A metric source that reviews queries and still knows the past. */
export interface RecordingSource extends ReviewedSource, MetricHistory {}
