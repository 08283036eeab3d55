import type { Reading } from '@lastgood/domain/trigger/reading';
import { strangers } from '../own-series.ts';
import type { WireAnswer } from '../query-client.ts';
import { otherInstant, readingOfResult, resultOfAnswer } from '../reading-of-answer.ts';
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
  const found = read.resultType === 'vector' ? rowsIn(read.result) : null;
  const none = (reading: Reading) => names.map(() => ({ reading, body: null }));
  if (found === null) return none(notSplit(readingOfResult(read.resultType, read.result, at)));
  // One query is evaluated at one instant: an answer that is of another is so for those that it is silent about, too.
  const elsewhen = found.flatMap(({ value }) => (value && otherInstant(value[0], at)) ?? []);
  if (elsewhen[0] !== undefined) return none({ kind: 'unreachable', reason: elsewhen[0] });
  const [constants, rows] = apart(found, otherwise);
  if (otherwise !== null && !constants.every((row) => Number(row.value?.[1]) === Number(otherwise)))
    return none(strangers);
  if (otherwise !== null && constants.length !== 1) return none(unevaluated);
  const labels = dimensions.map(({ label }) => label);
  const asked = labels.map((_, index) => new Set(names.map((name) => name[index] ?? '')));
  const isOfAsked = ({ metric }: Row) =>
    labels.every((label, index) => asked[index]?.has(metric[label] ?? '') === true);
  if (!rows.every(isOfAsked)) return none(strangers);
  const byName = Map.groupBy(rows, ({ metric }) => keyOf(labels.map((label) => metric[label] ?? '')));
  return names.map((name) => {
    const own = (byName.get(keyOf(name)) ?? []).map((row) => ({
      ...row,
      metric: without(row.metric, added),
    }));
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

/** A last `or vector(0)` answers a series without labels, whatever else there is. */
function apart(rows: readonly Row[], otherwise: string | null): [constants: Row[], rows: readonly Row[]] {
  if (otherwise === null) return [[], rows];
  const isConstant = ({ metric }: Row) => Object.keys(metric).length === 0;
  return [rows.filter(isConstant), rows.filter((row) => !isConstant(row))];
}

/** A source that evaluates the query cannot leave out the series of `or vector(0)`. */
const unevaluated: Reading = {
  kind: 'unreachable',
  reason:
    'Prometheus left out what the query answers whatever there is; is a cache or another program in between?',
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
