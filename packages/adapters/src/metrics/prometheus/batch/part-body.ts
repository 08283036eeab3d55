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
  const written = rows.map(({ metric, value }) => {
    const labels = Object.entries(metric).map(([name, text]) => `${goString(name)}:${goString(text)}`);
    return `{"metric":{${labels.join(',')}},"value":[${goSeconds(at)},${goString(value?.[1] ?? '')}]}`;
  });
  return `{"status":"success","data":{"resultType":"vector","result":[${written.join(',')}]}}`;
}

/** Go also escapes what HTML gives a meaning, and separators that JavaScript once took for the end of a line. */
const goEscapes: Record<string, string> = {
  ...{ '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' },
  ...{ '\\b': '\\u0008', '\\f': '\\u000c' },
};

function goString(text: string): string {
  return JSON.stringify(text).replaceAll(/\\?./gs, (found) => goEscapes[found] ?? found);
}

function goSeconds(at: number): string {
  const whole = Math.floor(at / 1000);
  const rest = Math.round(at - whole * 1000);
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`;
}
