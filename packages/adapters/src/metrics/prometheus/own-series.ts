import type { Reading } from '@lastgood/domain/trigger/reading';
import { rewrittenOf } from './batch/asked-alone.ts';
import { labelValue } from './batch/write-batch.ts';
import type { Ask } from './plan-asks.ts';
import type { WireAnswer } from './query-client.ts';
import { resultOfAnswer } from './reading-of-answer.ts';

/** Then what was answered is not the query that was asked: that there is nothing is not believed either. */
export const strangers: Reading & { kind: 'unreachable' } = {
  kind: 'unreachable',
  reason:
    'Prometheus answered with series that were not asked for; is a cache or another program in between?',
};

/**
 * Whether an answer to a query by itself has series that this query cannot answer, as another's answer has: one of another name, or
 * one with labels that an aggregation takes away. Of a query whose form nobody knows it is not said.
 */
export function hasStrangers({ template, variables }: Ask, answer: WireAnswer): boolean {
  const known = rewrittenOf(template);
  if (typeof known === 'string') return false;
  const read = resultOfAnswer(answer);
  if (read.kind !== 'result' || !hasSeries(read.resultType) || !Array.isArray(read.result)) return false;
  const { labels, dimensions } = known;
  const names = dimensions
    .filter(({ natural }) => natural)
    .map((dimension) => [dimension.label, labelValue(dimension, variables)] as const);
  return read.result.some((row: unknown) => {
    const metric = metricOf(row);
    const isForeign = Object.keys(metric).some((label) => labels !== null && !labels.has(label));
    return isForeign || names.some(([label, name]) => metric[label] !== undefined && metric[label] !== name);
  });
}

const hasSeries = (resultType: string) => resultType === 'vector' || resultType === 'matrix';

function metricOf(row: unknown): Record<string, unknown> {
  const metric = typeof row === 'object' && row !== null && 'metric' in row ? row.metric : null;
  return typeof metric === 'object' && metric !== null ? (metric as Record<string, unknown>) : {};
}
