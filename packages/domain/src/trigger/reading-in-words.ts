import { formatReading } from './format.ts';
import { triggerKind } from './kinds/index.ts';
import { limitInWords } from './limit.ts';
import type { TriggerPart } from './part.ts';
import { breaches } from './proves-health.ts';
import type { Reading } from './reading.ts';
import type { RollbackTrigger } from './trigger.ts';

/**
 * What was read: "8.2 %", or in the words of a kind whose reading is no measured number: "burns 22× over 1 h and 18× over 5 m, > 14.4×".
 *
 * @param parts what it is made of, as far as that was kept
 */
export function readingInWords(
  trigger: RollbackTrigger,
  reading: Reading,
  parts: readonly TriggerPart[] = [],
): string {
  return (
    triggerKind(trigger).describe(trigger, reading, parts) ??
    formatReading(reading, trigger.unit, trigger.threshold)
  );
}

/**
 * A reading with what it is held against, where value and threshold beside each other would not say that: a share of a limit is not
 * what was measured. Null for a kind whose threshold says it.
 */
export function readingInOwnWords(
  trigger: RollbackTrigger,
  reading: Reading,
  parts: readonly TriggerPart[] = [],
): string | null {
  const kind = triggerKind(trigger);
  if (kind.limit(trigger) === null) return null;
  const own = kind.describe(trigger, reading, parts);
  if (own !== null) return own;
  const isBreach = reading.kind === 'value' && breaches(trigger, reading.value);
  return `${formatReading(reading, trigger.unit, trigger.threshold)}${isBreach ? '' : ', fires at'} ${limitInWords(trigger)}`;
}

/** What was read without what it is held against, for where that stands beside it. */
export function valueInWords(
  trigger: RollbackTrigger,
  reading: Reading,
  parts: readonly TriggerPart[] = [],
): string {
  const said = readingInWords(trigger, reading, parts);
  const limit = limitInWords(trigger);
  const ending = [`, fires at ${limit}`, `, ${limit}`].find((one) => said.endsWith(one));
  return ending === undefined ? said : said.slice(0, -ending.length);
}
