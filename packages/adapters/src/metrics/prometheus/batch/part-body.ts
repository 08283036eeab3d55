/** A series of an answer as the query API writes it. */
export interface Row {
  metric: Record<string, string>;
  value?: readonly [number, string];
}

/**
 * What Prometheus would have answered for one name alone: these series without the labels that were added, at the instant `at`
 * (epoch milliseconds), byte for byte as it writes them.
 * https://github.com/prometheus/prometheus/blob/main/web/api/v1/json_codec.go
 */
export function partBody(rows: readonly Row[], at: number): string {
  const written = rows.map(
    ({ metric, value }) =>
      `{"metric":${labelsOf(metric)},"value":[${goSeconds(at)},${goString(value?.[1] ?? '')}]}`,
  );
  return bodyOf('vector', written);
}

/** A series of an answer to a range query: seconds and numbers, as they were printed. */
export interface RangeRow {
  metric: Record<string, string>;
  values: readonly (readonly [number, string])[];
}

/** The same for a range of time; the series in the order of `byLabels`. */
export function rangeBody(rows: readonly RangeRow[]): string {
  const written = rows.map(({ metric, values }) => {
    const points = values.map(([seconds, text]) => `[${goSeconds(seconds * 1000)},${goString(text)}]`);
    return `{"metric":${labelsOf(metric)},"values":[${points.join(',')}]}`;
  });
  return bodyOf('matrix', written);
}

function bodyOf(resultType: 'vector' | 'matrix', written: readonly string[]): string {
  return `{"status":"success","data":{"resultType":"${resultType}","result":[${written.join(',')}]}}`;
}

function labelsOf(metric: Record<string, string>): string {
  const labels = Object.entries(metric).map(([name, text]) => `${goString(name)}:${goString(text)}`);
  return `{${labels.join(',')}}`;
}

/** The order in which Prometheus answers series over a range: by the first name or value that differs, byte by byte; fewer labels first. https://pkg.go.dev/github.com/prometheus/prometheus/model/labels#Compare */
export function byLabels(one: RangeRow, other: RangeRow): number {
  const [a, b] = [one, other].map(({ metric }) => Object.entries(metric).flat());
  for (let index = 0; index < Math.min(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const order = Buffer.compare(Buffer.from(a?.[index] ?? ''), Buffer.from(b?.[index] ?? ''));
    if (order !== 0) return order;
  }
  return (a?.length ?? 0) - (b?.length ?? 0);
}

/** Go also escapes what HTML gives a meaning, and separators that JavaScript once took for the end of a line. */
const goEscapes: Record<string, string> = {
  ...{ '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' },
  ...{ '\\b': '\\u0008', '\\f': '\\u000c' },
};

/** Hardly a label or a number has one of these; each is written for every answer. */
const mayBeEscaped = /[<>&\u2028\u2029\b\f\\]/;

function goString(text: string): string {
  if (!mayBeEscaped.test(text)) return JSON.stringify(text);
  return JSON.stringify(text).replaceAll(/\\?./gs, (found) => goEscapes[found] ?? found);
}

function goSeconds(at: number): string {
  const whole = Math.floor(Math.round(at) / 1000);
  const rest = Math.round(at) - whole * 1000;
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`;
}
