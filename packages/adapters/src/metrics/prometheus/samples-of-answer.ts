import type { Answer, SampleSpan } from '@lastgood/domain/trigger/question';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { WireAnswer } from './query-client.ts';
import { parseSample, resultOfAnswer } from './reading-of-answer.ts';

// https://prometheus.io/docs/prometheus/latest/querying/api/#range-vectors
const matrixResult = Compile(
  Type.Array(
    Type.Object({
      metric: Type.Record(Type.String(), Type.String()),
      values: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.String()]))),
      histograms: Type.Optional(Type.Unknown()),
    }),
  ),
);

type Samples = Pick<Answer, 'reading' | 'samples'>;

/** What an answer to a question over a stretch of time means, asked at the instant `at`. One series is expected. */
export function samplesOfAnswer(answer: WireAnswer, at: number, over: SampleSpan): Samples {
  const read = resultOfAnswer(answer);
  if (read.kind !== 'result') return { reading: read };
  const { resultType, result } = read;
  if (resultType !== 'matrix') return unreachable(`answers a ${resultType.slice(0, 200)}, not a matrix`);
  // A Go server writes an empty list that it never made as null.
  if (result === null) return { reading: { kind: 'no-data' } };
  if (!matrixResult.Check(result)) return unreachable('answered a matrix in a form we do not know');
  const [first] = result;
  if (!first) return { reading: { kind: 'no-data' } };
  if (result.length > 1) return { reading: { kind: 'ambiguous', count: result.length } };
  if (first.histograms !== undefined) return unreachable('answers native histograms, not numbers');
  return samplesIn(first.values ?? [], at - over.endsBeforeMs, over);
}

function samplesIn(values: readonly [number, string][], endsAt: number, over: SampleSpan): Samples {
  const samples: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [seconds, text] of values) {
    const sampledAt = Math.round(seconds * 1000);
    if (sampledAt > endsAt || sampledAt <= last || sampledAt < endsAt - over.forMs)
      return unreachable('answered for instants that were not asked for; is a cache in between?');
    last = sampledAt;
    const value = text === 'NaN' ? null : parseSample(text);
    if (value === null && text !== 'NaN')
      return unreachable(`answered ${text.slice(0, 200)}, which is no number`);
    // The first instant belongs to the stretch before: Prometheus counts it to this one until its version 3.
    if (value !== null && sampledAt > endsAt - over.forMs) samples.push(value);
  }
  if (samples.length === 0) return { reading: { kind: 'no-data' } };
  return { reading: { kind: 'value', value: samples.length }, samples };
}

function unreachable(what: string): Samples {
  return { reading: { kind: 'unreachable', reason: `Prometheus ${what}.` } };
}
