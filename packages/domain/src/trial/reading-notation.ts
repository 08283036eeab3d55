import type { Reading } from '../trigger/reading.ts';

/*
 * Readings slot by slot, as promtool writes the samples of a series:
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 *
 *   0.2           one slot          0.2x3       that and three more: four slots
 *   0.1+0.05x3    0.1 0.15 0.2 0.25             5-1x2       5 4 3
 *   none or _     no data           _x3         three slots of it, as promtool has it: only numbers count "and so many more"
 *   nan           not a number      unreachable, ambiguous     no answer, several series
 *   missed        nobody looked: Lastgood was down, or late
 */

/** What a slot brings. In a slot that was missed nothing is asked. */
export type SlotReading = Reading | { kind: 'missed' };

export interface NotationFault {
  /** The word that cannot be read; empty where there is none. */
  word: string;
  message: string;
}

/** As many slots as a trial may have: more than a day of them. */
export const mostSlots = 10_000;

const number = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI]nf)`;
const numbers = new RegExp(`^(${number})(?:([+-](?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)?x(\\d+))?$`);
const words = /^([a-z]+|_|NaN)(?:x(\d+))?$/;

/** Why nothing came back, where a trial says no more. */
const unreachable = 'the source did not answer';

const named = new Map<string, SlotReading>([
  ['none', { kind: 'no-data' }],
  ['_', { kind: 'no-data' }],
  ['nan', { kind: 'not-a-number' }],
  ['NaN', { kind: 'not-a-number' }],
  ['unreachable', { kind: 'unreachable', reason: unreachable }],
  ['ambiguous', { kind: 'ambiguous', count: 2 }],
  ['missed', { kind: 'missed' }],
]);

export function readNotation(text: string): SlotReading[] | NotationFault {
  const slots: SlotReading[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const read = readWord(word);
    if (!Array.isArray(read)) return read;
    if (slots.length + read.length > mostSlots)
      return { word, message: `there are more than ${mostSlots} slots: a test is of a shorter time` };
    for (const one of read) slots.push(one);
  }
  return slots.length > 0 ? slots : { word: '', message: 'there is no reading: write one, such as 0.01x8' };
}

function readWord(word: string): SlotReading[] | NotationFault {
  const [, name, times] = words.exec(word) ?? [];
  const fixed = name === undefined ? undefined : named.get(name);
  if (fixed) return repeated(word, Number(times ?? 1), () => fixed);
  const [, from, by, more] = numbers.exec(word) ?? [];
  if (from === undefined) return { word, message: unreadable };
  const [first, step] = [numberOf(from), by === undefined ? 0 : Number(by)];
  return repeated(word, Number(more ?? 0) + 1, (at) => ({
    kind: 'value',
    value: at === 0 || step === 0 ? first : asWritten(first + at * step),
  }));
}

const unreadable =
  'this is no reading: write a number (0.2), a number and how many more of it (0.2x3), a rising one (0.1+0.05x3), or none, nan, unreachable, ambiguous, missed';

function repeated(
  word: string,
  times: number,
  one: (at: number) => SlotReading,
): SlotReading[] | NotationFault {
  if (times < 1 || times > mostSlots)
    return { word, message: `it stands for ${times} slots: write from 1 to ${mostSlots}` };
  return Array.from({ length: times }, (_, at) => one(at));
}

function numberOf(text: string): number {
  if (!/inf$/i.test(text)) return Number(text);
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** 0.04+0.01x2 is to end at 0.06, whatever is left over of adding such numbers up. */
function asWritten(sum: number): number {
  return Number.isFinite(sum) ? Number(sum.toPrecision(12)) : sum;
}
