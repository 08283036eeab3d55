import type { Reading } from '@lastgood/domain/trigger/reading';
import type { WireAnswer } from '../query-client.ts';
import { readingOfResult, resultOfAnswer } from '../reading-of-answer.ts';
import { ownRows, rowsIn, strangers } from './own-rows.ts';
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
  const rows: Row[] | null = read.resultType === 'vector' ? rowsIn(read.result) : null;
  if (rows === null) return nobodys(notSplit(readingOfResult(read.resultType, read.result, at)));
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
