import {
  instantsOf,
  type PastAnswer,
  type PastQuestion,
  unreadAt,
} from '@lastgood/domain/trigger/past-answer';
import type { Reading } from '@lastgood/domain/trigger/reading';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { WireAnswer } from '../query-client.ts';
import { noHistogram, parseSample, readingOfAnswer, resultOfAnswer } from '../reading-of-answer.ts';

// https://prometheus.io/docs/prometheus/latest/querying/api/#range-vectors
const matrix = Compile(
  Type.Array(
    Type.Object({
      metric: Type.Record(Type.String(), Type.String()),
      values: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.String()]))),
      histograms: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.Unknown()]))),
    }),
  ),
);

/** What an answer to a range query means, instant by instant. One word of it that cannot be believed, and none of it is. */
export function pastOfRange(answer: WireAnswer, asked: PastQuestion): PastAnswer {
  const instants = instantsOf(asked);
  const unread = (reason: string) => unreadAt(instants, reason);
  const result = resultOfAnswer(answer);
  if (result.kind === 'unreachable') return unread(result.reason);
  // A Go server writes an empty list that it never made as null.
  if (result.resultType === 'matrix' && result.result === null) return nothing;
  if (result.resultType !== 'matrix' || !matrix.Check(result.result))
    return unread('Prometheus answered a range of time in a form we do not know.');
  const wanted = new Set(instants);
  const series = new Map<string, Map<number, number>>();
  const histograms = new Set<number>();
  for (const { metric, values = [], histograms: drawn = [] } of result.result) {
    const read = numbersOf(values, wanted);
    if (typeof read === 'string') return unread(read);
    for (const [seconds] of drawn) {
      const at = Math.round(seconds * 1000);
      // It counts as a series; alone it is no number.
      read.set(at, Number.NaN);
      histograms.add(at);
    }
    const key = keyOf(metric);
    if (series.has(key)) return unread('Prometheus answered the same series twice.');
    series.set(key, read);
  }
  return { series, unread: loneHistograms(series, histograms) };
}

const nothing: PastAnswer = { series: new Map(), unread: new Map() };

/** @returns what is wrong with them, in words, where they are not all of the instants that were asked for */
function numbersOf(
  values: readonly [number, string][],
  wanted: ReadonlySet<number>,
): Map<number, number> | string {
  const numbers = new Map<number, number>();
  for (const [seconds, text] of values) {
    const at = Math.round(seconds * 1000);
    if (!wanted.has(at) || numbers.has(at))
      return 'Prometheus answered for another time than the one asked for; is a cache in between?';
    const value = text === 'NaN' ? Number.NaN : parseSample(text);
    if (value === null) return `Prometheus answered ${text.slice(0, 40)}, which is no number.`;
    numbers.set(at, value);
  }
  return numbers;
}

function loneHistograms(
  series: ReadonlyMap<string, ReadonlyMap<number, number>>,
  histograms: ReadonlySet<number>,
): Map<number, string> {
  const alone = [...histograms].filter(
    (at) => [...series.values()].filter((one) => one.has(at)).length === 1,
  );
  return new Map(alone.map((at) => [at, noHistogram]));
}

/** What an answer to an instant query means, as one of the past. */
export function pastOfInstant(answer: WireAnswer, at: number): PastAnswer {
  const reading = readingOfAnswer(answer, at);
  if (reading.kind === 'unreachable') return unreadAt([at], reading.reason);
  return { series: seriesOf(answer, reading, at), unread: new Map() };
}

function seriesOf(answer: WireAnswer, reading: Reading, at: number): Map<string, Map<number, number>> {
  if (reading.kind === 'no-data') return new Map();
  const result = resultOfAnswer(answer);
  const found = result.kind === 'result' && result.resultType === 'vector' ? result.result : null;
  // A scalar has no labels.
  const keys = vector.Check(found) ? found.map(({ metric }) => keyOf(metric)) : [keyOf({})];
  const value = reading.kind === 'value' ? reading.value : Number.NaN;
  return new Map(keys.map((key) => [key, new Map([[at, value]])]));
}

const vector = Compile(Type.Array(Type.Object({ metric: Type.Record(Type.String(), Type.String()) })));

function keyOf(metric: Record<string, string>): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}
