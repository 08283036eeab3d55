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
  /** How much time it is of, in milliseconds, where the kind decides that. */
  overMs?: number;
}

/** Ask: one part. Without a range it is one number, at the instant of the slot. */
export interface PartQuestion extends Omit<TriggerPart, 'reading' | 'samples'> {
  question: Question;
  range?: SampleRange;
}

/** The reading of one part; one that was not asked could not be. */
export function readingOf(parts: readonly TriggerPart[], name: string): Reading {
  const found = parts.find((part) => part.name === name);
  return found?.reading ?? { kind: 'unreachable', reason: 'the source did not answer this question' };
}
