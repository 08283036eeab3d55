import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { statusText } from './query-client.ts';

/*
 * Every known way to say *this is not the whole answer*. A sum or a ratio over a part is a number, but not the one that was asked
 * for: nobody may roll back or relax on it.
 *
 * - Any status but 200: 206 Partial Content, and 203, by which a proxy says that it has changed what the source answered
 *   (https://www.rfc-editor.org/rfc/rfc9110#name-203-non-authoritative-infor).
 * - Any type but `application/json`, and a success that brings an error along.
 * - A `Content-Encoding`, for none is accepted.
 * - A header of a cache or a proxy: `Age`, which the answer to a POST for this very instant cannot have, and `Warning`
 *   (https://www.rfc-editor.org/rfc/rfc7234#section-5.5): 110 stale, 111 revalidation failed, 214 transformed.
 * - A flag in the body. VictoriaMetrics: `"isPartial": true` when a vmstorage is away.
 *   https://docs.victoriametrics.com/victoriametrics/cluster-victoriametrics/#cluster-availability
 * - A header. M3: `M3-Results-Limited`, with the limit that was hit (https://m3db.io/docs/operational_guide/resource_limits/);
 *   gateways in front of Thanos: one with "partial" in its name.
 * - `warnings`. Thanos: the store that failed, or "No StoreAPIs matched for this query"
 *   (https://thanos.io/tip/components/query.md/#partial-response); Cortex: "Query result may contain partial data."; Prometheus:
 *   a remote read that failed. There is no list of them, so any warning that is not known to be about the query is one.
 * - `infos`. They are notes by definition (https://prometheus.io/docs/prometheus/latest/querying/api/), so only those that speak
 *   of missing data count.
 *
 * Annotations about the query itself begin with `PromQL info:` or `PromQL warning:`
 * (https://github.com/prometheus/prometheus/pull/14327; before 3.0 both stood among the warnings). An info ("metric might not be
 * a counter", "needed to be fixed for monotonicity") leaves the number standing. A warning says that the query did something else
 * than was meant, such as leaving out series that mix floats and histograms: no part of the data is missing, but the number is not
 * believed either.
 */

const annotated = Compile(
  Type.Object({
    warnings: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
    infos: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  }),
);

export interface AnswerAround {
  status: number;
  contentType: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
}

/** How a doubt begins that is about the query and no other. */
export const queryInDoubt = 'Prometheus doubts the query';

/** Why an answer may not be believed, in the words of the source; null when it is whole. */
export function doubtAboutAnswer(answer: AnswerAround): string | null {
  const { warnings, infos } = annotationsOf(answer.body);
  const about = warnings.filter((text) => text.startsWith('PromQL warning:'));
  const missing = [
    ...(answer.status === 206 ? ['HTTP 206 Partial Content'] : []),
    ...partialFlags(answer.body),
    ...partialHeaders(answer.headers),
    ...warnings.filter((text) => !/^PromQL (info|warning):/.test(text)),
    ...infos.filter((text) => !text.startsWith('PromQL ') && missingData.test(text)),
  ];
  const altered = signsOfAnother(answer);
  if (altered.length > 0) return `What answered is not Prometheus alone: ${altered.join('; ')}`;
  if (missing.length > 0)
    return `Prometheus answered with only a part of the data, as far as it says: ${missing.join('; ')}`;
  return about.length > 0 ? `${queryInDoubt}; mend it: ${about.join('; ')}` : null;
}

/** What tells that somebody in between, or another program, has had a hand in the answer. */
function signsOfAnother({ status, contentType, headers, body }: AnswerAround): string[] {
  const signs: string[] = [];
  if (status !== 200 && status !== 206) signs.push(`${statusText(status)} in place of 200`);
  if (!/^application\/json *(;|$)/i.test(contentType) || contentType.includes(','))
    signs.push(`its type is ${contentType === '' ? 'not said' : contentType}, not application/json`);
  const { 'content-encoding': packed = 'identity' } = headers;
  if (packed !== 'identity') signs.push(`it says it is packed (${String(packed)}), which was not asked for`);
  if (!isNo(String(headers.age ?? ''))) signs.push(`it is from a cache (Age: ${String(headers.age)})`);
  if (headers.warning !== undefined) signs.push(`a cache or a proxy warns (${String(headers.warning)})`);
  if (isRecord(body) && (isSaid(body.error) || isSaid(body.errorType)))
    signs.push(`it says success and an error (${JSON.stringify(body.error ?? body.errorType)})`);
  return signs;
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

const missingData =
  /partial|incomplete|unavailable|not exhaustive|truncat|limit|missing data|no storeapis|failed|timed? ?out/i;

function annotationsOf(body: unknown): { warnings: string[]; infos: string[] } {
  if (!annotated.Check(body)) {
    const given = isRecord(body) ? { warnings: body.warnings, infos: body.infos } : {};
    return { warnings: [`annotations in an unknown form (${JSON.stringify(given)})`], infos: [] };
  }
  return { warnings: body.warnings ?? [], infos: body.infos ?? [] };
}

function partialFlags(body: unknown): string[] {
  const places = isRecord(body) ? [body, body.data].filter(isRecord) : [];
  return places.flatMap((place) =>
    Object.entries(place)
      .filter(([name, value]) => /partial/i.test(name) && value !== false && value !== null)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
  );
}

function partialHeaders(headers: AnswerAround['headers']): string[] {
  return Object.entries(headers)
    .filter(([name, value]) => /partial|^m3-results-limited$/i.test(name) && !isNo(String(value ?? '')))
    .map(([name, value]) => `${name}: ${String(value)}`);
}

function isNo(value: string): boolean {
  return ['', '0', 'false', 'no', 'none'].includes(value.trim().toLowerCase());
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
