import { keyOf, type Labels, metricName, without, withoutName } from '../labels.ts';
import type { Series } from '../series.ts';
import type { SeriesStore } from '../series-store.ts';
import { aggregate } from './aggregate.ts';
import { combineSets, combineVectors, combineWithScalar, compare, operate } from './combine-vectors.ts';
import { type Expression, isSetOperator, type RangeSelector, type Selector } from './expression.ts';
import { extrapolatedRate, type Window, windowOf } from './extrapolated-rate.ts';
import { type Bucket, bucketQuantile } from './histogram-quantile.ts';
import { parseFloatLikeGo } from './literals.ts';
import { queryError } from './query-error.ts';
import { replaceLabel } from './replace-label.ts';
import { distinct, type Vector } from './vector.ts';

export interface EvaluationOptions {
  store: SeriesStore;
  /** How old the newest sample of a series may be to still be its value. */
  lookbackMs: number;
  /** Samples one query may read. */
  maxSamples: number;
}

/** Evaluates one query at one or many instants; what does not change between them is looked up once. */
export interface Evaluation {
  /** @throws QueryError `execution` */
  at(expression: Expression, at: number): number | Vector;
  /** The raw samples of a range selector. */
  window(range: RangeSelector, at: number): { labels: Labels; window: Window }[];
}

export function createEvaluation({ store, lookbackMs, maxSamples }: EvaluationOptions): Evaluation {
  const selections = new Map<Selector, Series[]>();
  const renamed = new Map<Expression, Map<string, string>>();
  let samplesRead = 0;

  function seriesOf(selector: Selector): Series[] {
    const known = selections.get(selector);
    if (known !== undefined) return known;
    const found = store.select(selector.matchers);
    selections.set(selector, found);
    return found;
  }

  function charge(samples: number): void {
    samplesRead += samples;
    if (samplesRead > maxSamples) {
      throw queryError(
        'execution',
        'query processing would load too many samples into memory in query execution',
      );
    }
  }

  function instant(selector: Selector, at: number): Vector {
    const time = at - selector.offsetMs;
    const vector: Vector = [];
    for (const series of seriesOf(selector)) {
      const index = series.lastIndexAt(time);
      if (index < 0 || series.staleAt(index) || series.timeAt(index) < time - lookbackMs) continue;
      vector.push({ labels: series.labels, value: series.valueAt(index) });
    }
    charge(vector.length);
    return vector;
  }

  function window(range: RangeSelector, at: number): { labels: Labels; window: Window }[] {
    const to = at - range.selector.offsetMs;
    const windows = seriesOf(range.selector).map((series) => ({
      labels: series.labels,
      window: windowOf(series, to - range.rangeMs, to),
    }));
    charge(windows.reduce((sum, each) => sum + each.window.times.length, 0));
    return windows.filter((each) => each.window.times.length > 0);
  }

  /** Prometheus refuses, over the whole range of a query, two series that only their name told apart. */
  function dropName(expression: Expression, labels: Labels): Labels {
    const nameless = withoutName(labels);
    const [key, source] = [keyOf(nameless), keyOf(labels)];
    const sources = renamed.get(expression) ?? new Map<string, string>();
    renamed.set(expression, sources);
    if ((sources.get(key) ?? source) !== source) {
      throw queryError('execution', 'vector cannot contain metrics with the same labelset');
    }
    sources.set(key, source);
    return nameless;
  }

  function rate(expression: Expression & { kind: 'rate' }, at: number): Vector {
    const to = at - expression.range.selector.offsetMs;
    const vector: Vector = [];
    for (const each of window(expression.range, at)) {
      const value = extrapolatedRate(each.window, to - expression.range.rangeMs, to, expression.perSecond);
      if (value !== null) vector.push({ labels: dropName(expression, each.labels), value });
    }
    return vector;
  }

  function binary(expression: Expression & { kind: 'binary' }, time: number): number | Vector {
    const { operator, returnBool, matching } = expression;
    const left = at(expression.left, time);
    const right = at(expression.right, time);
    if (typeof left === 'number' && typeof right === 'number') {
      return returnBool
        ? Number(compare(operator, left, right))
        : (operate(operator, left, right) ?? Number.NaN);
    }
    if (typeof left === 'number') {
      return distinct(
        combineWithScalar(operator, returnBool, vectorOf(right), { value: left, onLeft: true }),
      );
    }
    if (typeof right === 'number') {
      return distinct(combineWithScalar(operator, returnBool, left, { value: right, onLeft: false }));
    }
    if (isSetOperator(operator)) return distinct(combineSets(operator, matching, left, right));
    return distinct(combineVectors(operator, { matching, returnBool }, left, right));
  }

  function negate(expression: Expression & { kind: 'negate' }, time: number): number | Vector {
    const operand = at(expression.operand, time);
    if (typeof operand === 'number') return -operand;
    return operand.map(({ labels, value }) => ({ labels: dropName(expression, labels), value: -value }));
  }

  function at(expression: Expression, time: number): number | Vector {
    switch (expression.kind) {
      case 'number':
        return expression.value;
      case 'selector':
        return instant(expression, time);
      case 'range':
        throw queryError('execution', 'a range vector has no value at an instant');
      case 'rate':
        return rate(expression, time);
      case 'negate':
        return negate(expression, time);
      case 'vector':
        return [{ labels: new Map(), value: scalarOf(at(expression.operand, time)) }];
      case 'aggregate':
        return aggregate(expression.operator, expression.grouping, vectorOf(at(expression.operand, time)));
      case 'histogram-quantile':
        return distinct(
          quantiles(scalarOf(at(expression.quantile, time)), vectorOf(at(expression.buckets, time))),
        );
      case 'label-replace':
        return distinct(
          vectorOf(at(expression.operand, time)).map(({ labels, value }) => ({
            labels: replaceLabel(labels, expression),
            value,
          })),
        );
      case 'binary':
        return binary(expression, time);
    }
  }

  return { at, window };
}

function scalarOf(value: number | Vector): number {
  if (typeof value === 'number') return value;
  throw queryError('execution', 'a vector stands where a scalar is needed');
}

function vectorOf(value: number | Vector): Vector {
  if (typeof value !== 'number') return value;
  throw queryError('execution', 'a scalar stands where a vector is needed');
}

const bucketLabel: ReadonlySet<string> = new Set(['le']);
const bucketAndName: ReadonlySet<string> = new Set(['le', metricName]);

function quantiles(quantile: number, vector: Vector): Vector {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of vector) {
    const upperBound = parseFloatLikeGo(labels.get('le') ?? '');
    if (upperBound === null) continue;
    const key = keyOf(without(labels, bucketLabel));
    const histogram = histograms.get(key) ?? { labels: without(labels, bucketAndName), buckets: [] };
    histogram.buckets.push({ upperBound, count: value });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: bucketQuantile(quantile, buckets),
  }));
}
