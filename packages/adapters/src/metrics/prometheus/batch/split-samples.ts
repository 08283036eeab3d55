import type { Reading } from '@lastgood/domain/trigger/reading';
import { strangers } from '../own-series.ts';
import type { WireAnswer } from '../query-client.ts';
import { resultOfAnswer } from '../reading-of-answer.ts';
import { type Between, type ReadSamples, samplesOfResult } from '../samples/samples-of-answer.ts';
import { constantsApart, unevaluated } from './constant-series.ts';
import { ownRows, rowsIn } from './own-rows.ts';
import { byLabels, type RangeRow, rangeBody } from './part-body.ts';
import type { Rewritten } from './rewrite.ts';

/** What a batch's answer over a range of time says of one name. */
export interface PartSamples extends ReadSamples {
  /** What its query alone would have been answered; null where nothing was. */
  body: string | null;
}

/**
 * The part of each name in the answer to its batch over a range of time, in the order of `names`; see `ownRows`. At every step it is what
 * the query answers at that instant, so what holds of an instant's parts holds of these.
 */
export function splitSamples(
  rewritten: Rewritten,
  names: readonly (readonly string[])[],
  answer: WireAnswer,
  between: Between & { stepMs: number },
  most: number,
): PartSamples[] {
  const nobodys = (reading: Reading) => names.map(() => ({ reading, samples: [], body: null }));
  const read = resultOfAnswer(answer);
  if (read.kind === 'unreachable') return nobodys(read);
  const answered: PartialRow[] | null = read.resultType === 'matrix' ? rowsIn(read.result) : null;
  if (answered === null)
    return nobodys({
      kind: 'unreachable',
      reason: 'Prometheus answered a range of time in a form we do not know.',
    });
  const [constants, rows] = constantsApart(answered, rewritten.otherwise);
  const fault = faultOfConstants(constants, rewritten.otherwise, between);
  if (fault) return nobodys(fault);
  const parts = ownRows(rewritten, names, rows);
  if (parts === null) return nobodys(strangers);
  return parts.map((own) => {
    const plain = own.every(isPlain) ? filledUp(own, rewritten.otherwise, between).toSorted(byLabels) : null;
    const found = samplesOfResult(plain ?? own, between, most);
    return { ...found, body: plain && found.reading.kind !== 'unreachable' ? rangeBody(plain) : null };
  });
}

type PartialRow = Partial<RangeRow> & { metric: RangeRow['metric'] };

/** The number of a last `or vector(0)` stands at every step, or the query was not evaluated there. */
function faultOfConstants(
  constants: readonly PartialRow[],
  otherwise: string | null,
  { from, to, stepMs }: Between & { stepMs: number },
): Reading | null {
  if (otherwise === null) return null;
  const points = constants.flatMap(({ values = [] }) => values);
  if (!points.every(([, value]) => Number(value) === Number(otherwise))) return strangers;
  const steps = new Set(points.map(([seconds]) => Math.round(seconds * 1000)));
  for (let at = from; at <= to; at += stepMs) if (!steps.has(at)) return unevaluated;
  return null;
}

function isPlain(row: object): row is RangeRow {
  if ('histograms' in row || !('values' in row) || !Array.isArray(row.values)) return false;
  return row.values.every(
    (point) =>
      Array.isArray(point) &&
      point.length === 2 &&
      typeof point[0] === 'number' &&
      typeof point[1] === 'string',
  );
}

/** A last `or vector(0)` answers at each step at which there is no other series; with one that has no labels it is one series. */
function filledUp(
  rows: readonly RangeRow[],
  otherwise: string | null,
  { from, to, stepMs }: Between & { stepMs: number },
): RangeRow[] {
  if (otherwise === null) return [...rows];
  const there = new Set(rows.flatMap(({ values }) => values.map(([seconds]) => Math.round(seconds * 1000))));
  const added: [number, string][] = [];
  for (let at = from; at <= to; at += stepMs) if (!there.has(at)) added.push([at / 1000, otherwise]);
  if (added.length === 0) return [...rows];
  const isBare = ({ metric }: RangeRow) => Object.keys(metric).length === 0;
  const bare = rows.find(isBare);
  const values = [...(bare?.values ?? []), ...added].toSorted(([one], [other]) => one - other);
  return [{ metric: {}, values }, ...rows.filter((row) => row !== bare)];
}
