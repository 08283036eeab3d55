import type { Reading } from '@lastgood/domain/trigger/reading';
import { strangers } from '../own-series.ts';
import type { WireAnswer } from '../query-client.ts';
import { otherInstant, readingOfResult, resultOfAnswer } from '../reading-of-answer.ts';
import { constantsApart, unevaluated } from './constant-series.ts';
import { ownRows, rowsIn } from './own-rows.ts';
import { partBody, type Row } from './part-body.ts';
import type { Rewritten } from './rewrite.ts';

/** What a batch's answer says of one name. */
export interface PartAnswer {
  reading: Reading;
  /** What its query alone would have been answered; null where nothing was. */
  body: string | null;
}

/** The part of each name in the answer to its batch at the instant `at`, in the order of `names`; see `ownRows`. */
export function splitAnswer(
  rewritten: Rewritten,
  names: readonly (readonly string[])[],
  answer: WireAnswer,
  at: number,
): PartAnswer[] {
  const { otherwise } = rewritten;
  const nobodys = (reading: Reading) => names.map(() => ({ reading, body: null }));
  const read = resultOfAnswer(answer);
  if (read.kind === 'unreachable') return nobodys(read);
  const found: Row[] | null = read.resultType === 'vector' ? rowsIn(read.result) : null;
  if (found === null) return nobodys(notSplit(readingOfResult(read.resultType, read.result, at)));
  // One query is evaluated at one instant: an answer that is of another is so for those that it is silent about, too.
  const elsewhen = found.flatMap(({ value }) => (value && otherInstant(value[0], at)) ?? []);
  if (elsewhen[0] !== undefined) return nobodys({ kind: 'unreachable', reason: elsewhen[0] });
  const [constants, rows] = constantsApart(found, otherwise);
  if (otherwise !== null && !constants.every((row) => Number(row.value?.[1]) === Number(otherwise)))
    return nobodys(strangers);
  if (otherwise !== null && constants.length !== 1) return nobodys(unevaluated);
  const parts = ownRows(rewritten, names, rows);
  if (parts === null) return nobodys(strangers);
  return parts.map((own) => {
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
