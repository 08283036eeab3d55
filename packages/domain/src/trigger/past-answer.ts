import { mostSamples, type Question, type SampleRange } from './question.ts';
import type { Reading } from './reading.ts';

/** A question about a stretch of the past: `count` instants, `stepMs` apart. */
export interface PastQuestion extends Question {
  from: number;
  stepMs: number;
  count: number;
}

/** The numbers of one series by their instant; NaN where it answered no number. */
export type PastSeries = ReadonlyMap<number, number>;

/** What a source says now of the instants of the past that it was asked for. */
export interface PastAnswer {
  /** By what tells each from the others, whatever stretch was asked for. */
  series: ReadonlyMap<string, PastSeries>;
  /** Of which instants nothing could be read, and why. */
  unread: ReadonlyMap<number, string>;
}

/** The instants of a question, in order. */
export function instantsOf({ from, stepMs, count }: Omit<PastQuestion, keyof Question>): number[] {
  return Array.from({ length: count }, (_, step) => from + step * stepMs);
}

export function unreadAt(instants: readonly number[], reason: string): PastAnswer {
  return { series: new Map(), unread: new Map(instants.map((at) => [at, reason])) };
}

/** What the same question, asked for one of the instants by itself, is answered. */
export function readingAt({ series, unread }: PastAnswer, at: number): Reading {
  const reason = unread.get(at);
  if (reason !== undefined) return { kind: 'unreachable', reason };
  const values = [...series.values()].flatMap((one) => one.get(at) ?? []);
  const [value] = values;
  if (value === undefined) return { kind: 'no-data' };
  if (values.length > 1) return { kind: 'ambiguous', count: values.length };
  return Number.isNaN(value) ? { kind: 'not-a-number' } : { kind: 'value', value };
}

/** What the same question, asked for a range until `at`, is answered; see `SamplesAnswer`. */
export function samplesUntil(
  { series, unread }: PastAnswer,
  range: SampleRange,
  at: number,
): { reading: Reading; samples: number[][] } {
  const instants = rangeInstants(range, at);
  const failed = instants.find((one) => unread.has(one));
  const without = (reading: Reading) => ({ reading, samples: [] });
  if (failed !== undefined)
    return without({ kind: 'unreachable', reason: unread.get(failed) ?? 'it was not asked' });
  const seen = [...series.values()].map((one) => instants.flatMap((then) => one.get(then) ?? []));
  const count = (lists: readonly number[][]) => lists.reduce((sum, { length }) => sum + length, 0);
  if (count(seen) > mostSamples)
    return without({
      kind: 'unreachable',
      reason: `The query answers more than ${mostSamples} numbers; ask for fewer series or steps.`,
    });
  const samples = seen
    .map((numbers) => numbers.filter((one) => !Number.isNaN(one)))
    .filter(({ length }) => length > 0);
  if (samples.length > 0) return { reading: { kind: 'value', value: count(samples) }, samples };
  return without({ kind: count(seen) > 0 ? 'not-a-number' : 'no-data' });
}

/** The instants of the samples of a range, in order. */
export function rangeInstants({ fromMs, stepMs, endsBeforeMs = 0 }: SampleRange, at: number): number[] {
  const steps = Math.floor(fromMs / stepMs);
  return instantsOf({ from: at - endsBeforeMs - steps * stepMs, stepMs, count: steps + 1 });
}

/** Answers to stretches of one question as one. */
export function joinPast(answers: readonly PastAnswer[]): PastAnswer {
  const [only] = answers;
  if (only && answers.length === 1) return only;
  const series = new Map<string, Map<number, number>>();
  for (const answer of answers)
    for (const [key, values] of answer.series) {
      const joined = series.get(key) ?? new Map<number, number>();
      series.set(key, joined);
      for (const [at, value] of values) joined.set(at, value);
    }
  return { series, unread: new Map(answers.flatMap(({ unread }) => [...unread])) };
}
