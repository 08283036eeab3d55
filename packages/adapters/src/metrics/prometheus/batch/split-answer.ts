import type { Reading } from '@lastgood/domain/trigger/reading';
import type { WireAnswer } from '../query-client.ts';
import { readingOfResult, resultOfAnswer } from '../reading-of-answer.ts';
import { partBody, type Row } from './part-body.ts';
import type { Rewritten } from './rewrite.ts';

/** What a batch's answer says of one name. */
export interface PartAnswer {
  reading: Reading;
  /** What its query alone would have been answered; null where nothing was. */
  body: string | null;
}

/**
 * The part of each name in the answer to its batch at the instant `at`, in the order of `names`: for each its text in each
 * dimension. Where names have two parts, such as a namespace and a workload, all pairs are asked for: those that are nobody's are
 * left out.
 */
export function splitAnswer(
  { dimensions, added, otherwise }: Rewritten,
  names: readonly (readonly string[])[],
  answer: WireAnswer,
  at: number,
): PartAnswer[] {
  const read = resultOfAnswer(answer);
  if (read.kind === 'unreachable') return names.map(() => ({ reading: read, body: null }));
  const rows = read.resultType === 'vector' ? rowsIn(read.result) : null;
  if (rows === null) {
    const reading = notSplit(readingOfResult(read.resultType, read.result, at));
    return names.map(() => ({ reading, body: null }));
  }
  const labels = dimensions.map(({ label }) => label);
  const asked = labels.map((_, index) => new Set(names.map((name) => name[index] ?? '')));
  const isOfAsked = ({ metric }: Row) =>
    labels.every((label, index) => asked[index]?.has(metric[label] ?? '') === true);
  if (!rows.every(isOfAsked)) return names.map(() => ({ reading: strangers, body: null }));
  const byName = Map.groupBy(rows, ({ metric }) => keyOf(labels.map((label) => metric[label] ?? '')));
  return names.map((name) => {
    const found = byName.get(keyOf(name)) ?? [];
    const own = found.map((row) => ({ ...row, metric: without(row.metric, added) }));
    if (own.length === 0 && otherwise !== null) own.push({ metric: {}, value: [at / 1000, otherwise] });
    const isPlain = own.every(({ value }) => value !== undefined);
    return { reading: readingOfResult('vector', own, at), body: isPlain ? partBody(own, at) : null };
  });
}

/** A part of what cannot be taken apart is never a value. */
function notSplit(reading: Reading): Reading {
  if (reading.kind === 'unreachable') return reading;
  return { kind: 'unreachable', reason: 'Prometheus answered many names with something that has none.' };
}

/** Then the query that was answered is not the one that was asked: that a name has no series is not believed either. */
const strangers: Reading = {
  kind: 'unreachable',
  reason:
    'Prometheus answered with series that were not asked for; is a cache or another program in between?',
};

function rowsIn(result: unknown): Row[] | null {
  // A Go server writes an empty list that it never made as null.
  if (result === null) return [];
  return Array.isArray(result) && result.every(isRow) ? result : null;
}

function isRow(row: unknown): row is Row {
  if (typeof row !== 'object' || row === null || !('metric' in row)) return false;
  const { metric } = row;
  return (
    typeof metric === 'object' &&
    metric !== null &&
    Object.values(metric).every((text) => typeof text === 'string')
  );
}

function keyOf(texts: readonly string[]): string {
  return JSON.stringify(texts);
}

function without(metric: Row['metric'], labels: ReadonlySet<string>): Row['metric'] {
  return Object.fromEntries(Object.entries(metric).filter(([name]) => !labels.has(name)));
}
