import type { Reading } from '@lastgood/domain/trigger/reading';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { WireAnswer } from '../query-client.ts';
import { parseSample, resultOfAnswer } from '../reading-of-answer.ts';

// https://prometheus.io/docs/prometheus/latest/querying/api/#range-vectors
const matrix = Compile(
  Type.Array(
    Type.Object({
      metric: Type.Record(Type.String(), Type.String()),
      values: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.String()]))),
      histograms: Type.Optional(Type.Unknown()),
    }),
  ),
);

/** Between which instants samples were asked for, epoch milliseconds. */
export interface Between {
  from: number;
  to: number;
}

export interface ReadSamples {
  reading: Reading;
  samples: number[][];
}

/**
 * What an answer to a range query means: the numbers of each series, in order of time. What is no number is left out; where none is
 * left the reading says why.
 */
export function samplesOfAnswer(answer: WireAnswer, between: Between, most: number): ReadSamples {
  const result = resultOfAnswer(answer);
  if (result.kind === 'unreachable') return without(result);
  // A Go server writes an empty list that it never made as null.
  if (result.resultType === 'matrix') return samplesOfResult(result.result ?? [], between, most);
  return unreadable(unknownForm);
}

const unknownForm = 'Prometheus answered a range of time in a form we do not know.';

/** The same of the series that it brings, or of a part of them. */
export function samplesOfResult(result: unknown, between: Between, most: number): ReadSamples {
  if (!matrix.Check(result)) return unreadable(unknownForm);
  const samples: number[][] = [];
  let seen = 0;
  for (const { values = [], histograms } of result) {
    if (histograms !== undefined)
      return unreadable('The query answers native histograms, not numbers: use histogram_quantile.');
    seen += values.length;
    if (seen > most)
      return unreadable(`The query answers more than ${most} numbers; ask for fewer series or steps.`);
    const numbers = numbersOf(values, between);
    if (typeof numbers === 'string') return unreadable(numbers);
    if (numbers.length > 0) samples.push(numbers);
  }
  const count = samples.reduce((sum, { length }) => sum + length, 0);
  if (count > 0) return { reading: { kind: 'value', value: count }, samples };
  return without({ kind: seen > 0 ? 'not-a-number' : 'no-data' });
}

/** @returns what is wrong with them, in words, where they are not all of the time that was asked for */
function numbersOf(values: readonly [number, string][], { from, to }: Between): number[] | string {
  const numbers: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [seconds, text] of values) {
    const at = Math.round(seconds * 1000);
    if (at < from || at > to || at <= last)
      return 'Prometheus answered for another time than the one asked for; is a cache in between?';
    last = at;
    if (text === 'NaN') continue;
    const value = parseSample(text);
    if (value === null) return `Prometheus answered ${text.slice(0, 40)}, which is no number.`;
    numbers.push(value);
  }
  return numbers;
}

function unreadable(reason: string): ReadSamples {
  return without({ kind: 'unreachable', reason });
}

function without(reading: Reading): ReadSamples {
  return { reading, samples: [] };
}
