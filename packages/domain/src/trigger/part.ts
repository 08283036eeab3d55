import type { AlertsQuestion } from '../alert/alerts-question.ts';
import type { AlertsSeen } from '../alert/alerts-seen.ts';
import type { Question, SampleRange } from './question.ts';
import type { Reading } from './reading.ts';

/** One of the questions that a trigger is judged by, with what came back: what a reading is made of. */
export interface TriggerPart {
  /** Unique within the trigger, and the same from slot to slot. */
  name: string;
  /** Of samples how many numbers there are, in all series together. */
  reading: Reading;
  /** The numbers of a while, a list for each series; absent where one number was asked for. */
  samples?: number[][];
  /** What was told of alerts; absent where it was not asked about any. */
  alerts?: AlertsSeen;
  /** How much time it is of, in milliseconds, where the kind decides that. */
  overMs?: number;
}

/** Ask: one part. */
export type PartQuestion = MetricPart | AlertsPart;

/** Of a metric source. Without a range it is one number, at the instant of the slot. */
export interface MetricPart extends Pick<TriggerPart, 'name' | 'overMs'> {
  question: Question;
  range?: SampleRange;
}

/** Of what was told about alerts. */
export interface AlertsPart extends Pick<TriggerPart, 'name'> {
  alerts: AlertsQuestion;
}

export function isMetricPart(part: PartQuestion): part is MetricPart {
  return 'question' in part;
}

/** Of which part an answer is. */
export function partAsked(part: PartQuestion): Pick<TriggerPart, 'name' | 'overMs'> {
  const { name } = part;
  if (!isMetricPart(part) || part.overMs === undefined) return { name };
  return { name, overMs: part.overMs };
}

/** The reading of one part; one that was not asked could not be. */
export function readingOf(parts: readonly TriggerPart[], name: string): Reading {
  const found = parts.find((part) => part.name === name);
  return found?.reading ?? { kind: 'unreachable', reason: 'the source did not answer this question' };
}
