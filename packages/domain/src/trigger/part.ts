import type { Question } from './question.ts';
import type { Reading } from './reading.ts';

/** One of the questions that a trigger is judged by, with what came back: what a reading is made of. */
export interface TriggerPart {
  /** Unique within the trigger, and the same from slot to slot. */
  name: string;
  reading: Reading;
  /** How much time it is of, in milliseconds, where the kind decides that. */
  overMs?: number;
  /** Where it was asked over a stretch of time: what was answered in it. */
  samples?: number[];
}

/** Ask: one part. */
export interface PartQuestion extends Omit<TriggerPart, 'reading' | 'samples'> {
  question: Question;
}

/** The reading of one part; one that was not asked could not be. */
export function readingOf(parts: readonly TriggerPart[], name: string): Reading {
  const found = parts.find((part) => part.name === name);
  return found?.reading ?? { kind: 'unreachable', reason: 'the source did not answer this question' };
}
