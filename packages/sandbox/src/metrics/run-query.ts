import { formatValue } from './format-value.ts';
import { keyOf, type Labels } from './labels.ts';
import { createEvaluation, type EvaluationOptions } from './promql/evaluate.ts';
import { typeOf } from './promql/expression.ts';
import { parseQuery } from './promql/parse-query.ts';
import { isQueryError, queryError } from './promql/query-error.ts';

/** Seconds since the epoch, and the value as Prometheus prints it. */
type Point = [number, string];

export type QueryData =
  | { resultType: 'scalar'; result: Point }
  | { resultType: 'vector'; result: { metric: Record<string, string>; value: Point }[] }
  | { resultType: 'matrix'; result: { metric: Record<string, string>; values: Point[] }[] };

const point = (at: number, value: number): Point => [at / 1000, formatValue(value)];

/** What `/api/v1/query` answers under `data`. @throws QueryError */
export function queryInstant(query: string, at: number, options: EvaluationOptions): QueryData {
  const expression = parseParameter(query);
  const evaluation = createEvaluation(options);
  if (expression.kind === 'range') {
    const result = evaluation.window(expression, at).map(({ labels, window }) => ({
      metric: Object.fromEntries(labels),
      values: window.times.map((time, index) => point(time, window.values[index] ?? Number.NaN)),
    }));
    return { resultType: 'matrix', result };
  }
  const value = evaluation.at(expression, at);
  if (typeof value === 'number') return { resultType: 'scalar', result: point(at, value) };
  const result = value.map((element) => ({
    metric: Object.fromEntries(element.labels),
    value: point(at, element.value),
  }));
  return { resultType: 'vector', result };
}

/** Instants in epoch milliseconds, both ends included. */
export interface Range {
  start: number;
  end: number;
  stepMs: number;
}

/** What `/api/v1/query_range` answers under `data`. @throws QueryError */
export function queryRange(
  query: string,
  { start, end, stepMs }: Range,
  options: EvaluationOptions,
): QueryData {
  const expression = parseParameter(query);
  if (typeOf(expression) === 'matrix') {
    throw queryError(
      'bad_data',
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    );
  }
  const evaluation = createEvaluation(options);
  const rows = new Map<string, { labels: Labels; values: Point[] }>();
  for (let at = start; at <= end; at += stepMs) {
    const value = evaluation.at(expression, at);
    const vector = typeof value === 'number' ? [{ labels: new Map<string, string>(), value }] : value;
    for (const element of vector) {
      const key = keyOf(element.labels);
      const row = rows.get(key) ?? { labels: element.labels, values: [] };
      row.values.push(point(at, element.value));
      rows.set(key, row);
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const result = sorted.map(({ labels, values }) => ({ metric: Object.fromEntries(labels), values }));
  return { resultType: 'matrix', result };
}

function parseParameter(query: string) {
  try {
    return parseQuery(query);
  } catch (error) {
    if (!isQueryError(error) || error.queryErrorType !== 'bad_data') throw error;
    throw queryError('bad_data', `invalid parameter "query": ${error.message}`);
  }
}
