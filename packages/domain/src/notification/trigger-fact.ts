import { comparisonSign, formatReading, formatValue } from '../trigger/format.ts';
import type { Reading } from '../trigger/reading.ts';
import type { TriggerFrame } from '../trigger/trigger-frame.ts';
import type { TriggerFact } from './facts.ts';
import { forOutside } from './outside-words.ts';

/** How one trigger stood, as it is kept with a decision and with what follows from it. */
export interface FiredTrigger extends Pick<TriggerFrame, 'threshold' | 'comparison' | 'unit' | 'forMs'> {
  trigger: string;
  reading: Reading | null;
  heldMs: number;
  /** The reading with what it is held against, where value and threshold do not say it. */
  words?: string | undefined;
  /** When it fired, epoch milliseconds; absent where that is not kept. */
  firedAt?: number | undefined;
}

/** @param firedAt when it fired, epoch milliseconds: its breach began as long before as was counted of it until then */
export function triggerFact(fired: FiredTrigger, firedAt: number): TriggerFact {
  const { trigger: name, reading, threshold, comparison, unit, forMs, heldMs } = fired;
  return {
    ...{ name, threshold, comparison, unit },
    value: reading?.kind === 'value' ? reading.value : null,
    words: fired.words === undefined ? withoutNumber(fired) : forOutside(fired.words, answersOf(reading)),
    since: firedAt - Math.max(forMs, heldMs),
  };
}

function answersOf(reading: Reading | null): string[] {
  return reading?.kind === 'unreachable' ? [reading.reason] : [];
}

/** Why there is no number, and what would fire. What a source answers instead may hold a query: it stays in the house. */
function withoutNumber({ reading, threshold, comparison, unit }: FiredTrigger): string | null {
  if (reading === null || reading.kind === 'value') return null;
  const said = reading.kind === 'unreachable' ? 'could not be asked' : formatReading(reading, unit);
  return `${said} (fires at ${comparisonSign(comparison)} ${formatValue(threshold, unit)})`;
}
