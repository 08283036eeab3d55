import { comparisonSign, formatReading, formatValue } from '../../format.ts';
import type { TriggerPart } from '../../part.ts';
import type { Reading } from '../../reading.ts';
import type { PartWords } from '../trigger-kind.ts';
import type { ComparisonTrigger } from './declared.ts';
import { type Compared, compare, isOver, samplesOf } from './judge.ts';
import { newPart } from './sides.ts';

/** "> 1.5× the old version's", "> 0.05 s below what it was before" */
export function limitInWords({
  against,
  direction,
  effect,
  minEffect,
  threshold,
  comparison,
  valueUnit,
}: ComparisonTrigger): string {
  const other = otherOf[against];
  if (effect === 'difference') return `> ${formatValue(minEffect, valueUnit)} ${sides[direction]} ${other}`;
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, 'x')} ${other}`;
  return direction === 'either' ? `${limit} or < ${formatValue(1 / minEffect, 'x')}` : limit;
}

const otherOf = { old_version: "the old version's", before_deployment: 'what it was before' };
const sides = { increase: 'above', decrease: 'below', either: 'above or below' };

/** "1.8× the old version's (0.21 s against 0.12 s, p = 0.002), > 1.5× the old version's" */
export function describeSides(
  trigger: ComparisonTrigger,
  reading: Reading,
  parts: readonly TriggerPart[],
): string | null {
  const comparing = compare(trigger, parts);
  const limit = limitInWords(trigger);
  switch (comparing.kind) {
    case 'compared': {
      const fires = isBeyond(trigger, reading) ? ',' : ', fires at';
      return `${comparedInWords(trigger, comparing.compared)}${fires} ${limit}`;
    }
    case 'too-few': {
      const { newCount, oldCount, needed } = comparing;
      const told = isOver(comparing) ? 'cannot be told any more' : 'cannot be told yet';
      return `${told}: ${newCount} samples of the new version and ${oldCount} of ${otherSide(trigger)}, and ${needed} of each are needed`;
    }
    case 'no-old-version':
      return 'cannot be told: nothing tells an older version apart that it could be compared with';
    case 'nothing-asked':
      if (reading.kind !== 'no-data') return null;
      return reading.over
        ? 'cannot be told any more: there is nothing left to compare it with'
        : 'cannot be told: there is too little to compare';
    case 'not-asked':
      return null;
  }
}

function isBeyond({ comparison, threshold }: ComparisonTrigger, reading: Reading): boolean {
  if (reading.kind !== 'value') return false;
  return comparison === 'greater_than' ? reading.value > threshold : reading.value < threshold;
}

function otherSide({ against }: ComparisonTrigger): string {
  return against === 'old_version' ? 'the old one' : 'the time before';
}

function comparedInWords(trigger: ComparisonTrigger, compared: Compared): string {
  const { newMedian, oldMedian, p, isSignificant } = compared;
  const value = (of: number) => formatValue(of, trigger.valueUnit);
  const other = otherOf[trigger.against];
  const seen = `${value(newMedian)} against ${value(oldMedian)}${flooredInWords(trigger, oldMedian)}, ${chanceInWords(p)}`;
  if (!isSignificant) return `not ${more[trigger.direction]} ${other} by more than chance (${seen})`;
  return `${effectInWords(trigger, compared)} ${other} (${seen})`;
}

const more = { increase: 'higher than', decrease: 'lower than', either: 'unlike' };

function effectInWords({ effect, valueUnit }: ComparisonTrigger, compared: Compared): string {
  if (effect === 'ratio') return formatValue(compared.effect, 'x');
  return `${formatValue(Math.abs(compared.effect), valueUnit)} ${compared.effect < 0 ? 'below' : 'above'}`;
}

/** A ratio to zero is no number: said is what stands in for it. */
function flooredInWords({ effect, floor, valueUnit }: ComparisonTrigger, oldMedian: number): string {
  if (effect === 'difference' || oldMedian >= floor) return '';
  return `, which counts as ${formatValue(floor, valueUnit)}`;
}

function chanceInWords(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${Number(p.toPrecision(2))}`;
}

/** Both sides, and what the test says of them. */
export function sideParts(trigger: ComparisonTrigger, parts: readonly TriggerPart[]): PartWords[] {
  const comparing = compare(trigger, parts);
  const before = trigger.against === 'old_version' ? 'Old version' : 'Before the deployment';
  const said: PartWords[] = parts.map((part) => ({
    title: part.name === newPart ? 'New version' : before,
    text:
      part.reading.kind === 'value' ? `${samplesOf(part).length} samples` : formatReading(part.reading, ''),
    limit: null,
  }));
  if (comparing.kind !== 'compared') return said;
  const { newMedian, oldMedian, p, greaterShare } = comparing.compared;
  const [own, old] = said;
  if (own) own.text = `${formatValue(newMedian, trigger.valueUnit)}, median of ${own.text}`;
  if (old) old.text = `${formatValue(oldMedian, trigger.valueUnit)}, median of ${old.text}`;
  return [
    ...said,
    {
      title: 'Pairs in which the new version is higher',
      text: formatValue(greaterShare, 'ratio'),
      limit: null,
    },
    { title: 'Chance', text: chanceInWords(p), limit: `<= ${trigger.significance}` },
  ];
}
