import type { Reading } from '@lastgood/domain/trigger/reading';
import { truncate } from '@lastgood/domain/truncate';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parseStrictJson, type StrictJson } from '../../http/strict-json.ts';
import { statusText, type WireAnswer } from './query-client.ts';
import { doubtAboutAnswer, queryInDoubt } from './whole-answer.ts';

// https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
const success = Compile(
  Type.Object({
    status: Type.Literal('success'),
    data: Type.Object({ resultType: Type.String(), result: Type.Unknown() }),
  }),
);
const failure = Compile(
  Type.Object({ status: Type.Literal('error'), errorType: Type.String(), error: Type.String() }),
);
const sample = Type.Tuple([Type.Number(), Type.String()]);
const scalarResult = Compile(sample);
const vectorResult = Compile(
  Type.Array(
    Type.Object({
      metric: Type.Record(Type.String(), Type.String()),
      value: Type.Optional(sample),
      histogram: Type.Optional(Type.Unknown()),
    }),
  ),
);

type Sample = Type.Static<typeof sample>;

/**
 * What an answer to an instant query at `at` means; `at` is null when the server took its own present. Everything that is
 * not plainly one number is said as what it is.
 */
export function readingOfAnswer(answer: WireAnswer, at: number | null): Reading {
  const read = resultOfAnswer(answer);
  return read.kind === 'result' ? readingOfResult(read.resultType, read.result, at) : read;
}

export const noHistogram =
  'The query answers a native histogram, not a number: use histogram_quantile or histogram_count.';

/** What an answer brings, if it can be believed. */
export type Result = { kind: 'result'; resultType: string; result: unknown };

export function resultOfAnswer(answer: WireAnswer): Result | (Reading & { kind: 'unreachable' }) {
  if (answer.kind === 'failed') return unreachable(answer.reason);
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return unreachable(`Prometheus redirects to ${answer.location || 'another address'}; set its final URL.`);
  }
  const parsed = parsedOf(answer.body);
  const body = valueIn(parsed);
  if (failure.Check(body))
    return unreachable(`Prometheus refused the query (${body.errorType}): ${clip(body.error)}`);
  if (status === 401 || status === 403) {
    return unreachable(`Prometheus did not accept our credentials (${statusText(status)}).`);
  }
  if (status === 429) return unreachable('Prometheus has too many requests (HTTP 429).');
  if (status < 200 || status >= 300)
    return unreachable(`Prometheus answered ${statusText(status)}${said(answer)}.`);
  if (!success.Check(body)) return unreachable(unreadable(answer, parsed));

  const doubt = doubtAboutAnswer({ status, contentType: answer.contentType, headers: answer.headers, body });
  if (doubt !== null) return unreachable(clip(doubt));
  return { kind: 'result', resultType: body.data.resultType, result: body.data.result };
}

/**
 * Whether the source read the query and refused it for what it is, as it will every time: the query must be changed. Prometheus
 * says `bad_data` or 400, VictoriaMetrics 422 with "cannot parse". A query that failed on the data of the moment is not refused.
 */
export function refusesQuery(answer: WireAnswer): boolean {
  if (answer.kind === 'failed') return false;
  const body = valueIn(parsedOf(answer.body));
  if (!failure.Check(body)) return false;
  return (
    body.errorType === 'bad_data' || answer.status === 400 || /parse error|cannot parse/i.test(body.error)
  );
}

/** What a believed result of a query at `at` means. */
export function readingOfResult(resultType: string, result: unknown, at: number | null): Reading {
  // A Go server writes an empty list that it never made as null.
  if (resultType === 'vector' && result === null) return { kind: 'no-data' };
  if (resultType === 'scalar' && scalarResult.Check(result)) return readingOfSample(result, at);
  if (resultType === 'vector' && vectorResult.Check(result)) {
    const [first] = result;
    if (first === undefined) return { kind: 'no-data' };
    if (result.length > 1) return { kind: 'ambiguous', count: result.length };
    if (first.value !== undefined && first.histogram === undefined) return readingOfSample(first.value, at);
    if (first.histogram !== undefined) {
      return unreachable(noHistogram);
    }
  }
  if (resultType === 'matrix' || resultType === 'string') {
    return unreachable(
      `The query answers a ${resultType}, not a number: put a function such as rate around it.`,
    );
  }
  return unreachable(`Prometheus answered in a form we do not know (${clip(resultType)}).`);
}

/**
 * Whether the source would not answer a query that asks for much, and might answer a smaller one: it refused it, its answer was too
 * large, or it doubts what it did. Not a source that is overloaded, away or shut to us.
 */
export function mayAnswerLess(answer: WireAnswer): boolean {
  if (answer.kind === 'failed') return answer.cause === 'too-large';
  if (saysOverloaded(answer)) return false;
  if ([400, 413, 414, 422].includes(answer.status)) return true;
  const body = valueIn(parsedOf(answer.body));
  if (failure.Check(body)) return ['execution', 'bad_data'].includes(body.errorType);
  const read = resultOfAnswer(answer);
  return read.kind === 'unreachable' && read.reason.startsWith(queryInDoubt);
}

/** Whether the source could not answer for want of time or of room, which asking more often would not mend. */
export function saysOverloaded(answer: WireAnswer): boolean {
  if (answer.kind === 'failed') return answer.cause === 'too-late';
  if ([500, 502, 503, 504].includes(answer.status)) return true;
  const body = valueIn(parsedOf(answer.body));
  // VictoriaMetrics says 422 of these too.
  return failure.Check(body) && (body.errorType === 'timeout' || overloaded.test(body.error));
}

const overloaded = /timed? ?out|deadline exceeded|too many concurrent|cancell?ed/i;

function readingOfSample([seconds, text]: Sample, at: number | null): Reading {
  const elsewhen = at === null ? null : otherInstant(seconds, at);
  if (elsewhen !== null) return unreachable(elsewhen);
  if (text === 'NaN') return { kind: 'not-a-number' };
  const value = parseSample(text);
  return value === null
    ? unreachable(`Prometheus answered ${clip(text)}, which is no number.`)
    : { kind: 'value', value };
}

/** Why the instant of a sample, in seconds, is not the one asked for, `at` in milliseconds; null where it is. */
export function otherInstant(seconds: unknown, at: number): string | null {
  if (typeof seconds !== 'number') return null;
  const sampledAt = Math.round(seconds * 1000);
  if (sampledAt === Math.round(at)) return null;
  const difference = Math.abs(sampledAt - at) / 1000;
  const side = sampledAt < at ? 'before' : 'after';
  return `Prometheus answered for an instant ${difference} s ${side} the one asked for; is a cache in between?`;
}

/** Prometheus prints `+Inf` and `-Inf`, which JavaScript does not read; everything else is a plain decimal. */
export function parseSample(text: string): number | null {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (!/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return null;
  // A decimal beyond every float is no infinity: what is infinite is printed as such.
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The same answer is looked at from several sides, and that of a batch is long. */
const known = new WeakMap<Buffer, StrictJson>();

function parsedOf(body: Buffer): StrictJson {
  const parsed = known.get(body) ?? parseStrictJson(body);
  known.set(body, parsed);
  return parsed;
}

function valueIn(parsed: StrictJson): unknown {
  return parsed.kind === 'json' ? parsed.value : undefined;
}

function unreadable(answer: WireAnswer & { kind: 'answered' }, parsed: StrictJson): string {
  if (
    answer.contentType.includes('html') ||
    answer.body.subarray(0, 64).toString().trimStart().startsWith('<')
  ) {
    return 'A web page answered in place of Prometheus; a proxy or a login may stand in front of it.';
  }
  if (answer.body.length === 0) return 'Prometheus answered with nothing at all.';
  if (parsed.kind === 'twice')
    return `The answer of Prometheus says ${clip(JSON.stringify(parsed.key))} twice, so nobody knows which counts.`;
  if (parsed.kind === 'not-json') return 'The answer of Prometheus was cut off or is not JSON.';
  return 'What answered is not the query API of Prometheus; check its URL.';
}

function said(answer: WireAnswer & { kind: 'answered' }): string {
  const text = answer.body.toString('utf8').trim();
  return text === '' || text.startsWith('<') ? '' : `: ${clip(text)}`;
}

function clip(text: string): string {
  return truncate(text.replaceAll(/\s+/g, ' ').trim(), 200);
}

function unreachable(reason: string): Reading & { kind: 'unreachable' } {
  return { kind: 'unreachable', reason };
}
