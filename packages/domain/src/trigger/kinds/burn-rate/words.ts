import { formatReading, formatValue } from '../../format.ts';
import type { TriggerPart } from '../../part.ts';
import type { Reading } from '../../reading.ts';
import type { PartWords } from '../trigger-kind.ts';
import { windowInWords } from '../window.ts';
import { type BurnRateTrigger, type BurnWindow, budgetOf } from './declared.ts';
import { decidingPair, type Pair, pairsOf } from './pairs.ts';

/** "> 14.4x over 1 h and 5 m, or > 6x over 6 h and 30 m" */
export function burnLimit({ windows }: BurnRateTrigger): string {
  return windows
    .map((one) => `${limitOf(one)} over ${windowInWords(one.longMs)} and ${windowInWords(one.shortMs)}`)
    .join(', or ');
}

/** Every window that was asked, as a burn rate. */
export function burnParts(trigger: BurnRateTrigger, parts: readonly TriggerPart[]): PartWords[] {
  return pairsOf(trigger, parts).flatMap(({ window, parts: asked }) =>
    asked.map(({ part, declaredMs }) => ({
      title: `Burn over ${overWords(part, declaredMs)}`,
      text: burnOf(part.reading, trigger.objective),
      limit: limitOf(window),
    })),
  );
}

/** "burns 22x over 1 h and 18x over 5 m, > 14.4x"; of a number without its parts how near it is to firing. */
export function describeBurn(
  trigger: BurnRateTrigger,
  reading: Reading,
  parts: readonly TriggerPart[],
): string | null {
  if (reading.kind !== 'value') return null;
  const fires = reading.value > 1 ? ',' : ', fires at';
  const deciding = decidingPair(pairsOf(trigger, parts), trigger.objective);
  if (!deciding)
    return `burns ${formatValue(reading.value, 'ratio')} of what it may${fires} ${burnLimit(trigger)}`;
  return `burns ${burnsOf(deciding, trigger.objective)}${fires} ${limitOf(deciding.window)}`;
}

function burnsOf({ parts }: Pair, objective: number): string {
  return parts
    .map(({ part, declaredMs }) => `${burnOf(part.reading, objective)} over ${overWords(part, declaredMs)}`)
    .join(' and ');
}

function burnOf(reading: Reading, objective: number): string {
  if (reading.kind !== 'value') return formatReading(reading, '');
  return formatValue(reading.value / budgetOf(objective), 'x');
}

function limitOf({ rate }: BurnWindow): string {
  return `> ${formatValue(rate, 'x')}`;
}

function overWords({ overMs = 0 }: TriggerPart, declaredMs: number): string {
  return overMs >= declaredMs || overMs === 0
    ? windowInWords(declaredMs)
    : `${windowInWords(overMs)} (of ${windowInWords(declaredMs)})`;
}
