import type { JudgedReading } from './judged-reading.ts';
import { breaches } from './proves-health.ts';
import type { Reading } from './reading.ts';

/**
 * Whether nothing happened in a reading: the trigger was at rest, no breach is being counted or was seen, and what was answered is a
 * number or plainly none. Such readings differ from those before them in their number only, and are most of all that is read.
 * A reading of a hold, of a firing, in breach while too few samples hold it back, or that could not be asked never is one.
 */
export function isAtRest(judged: JudgedReading): boolean {
  const { reading, samples } = judged;
  return isUncounted(judged) && isPlain(reading) && (samples === null || isPlain(samples));
}

/**
 * Whether a reading is kept in a pack: one at rest, and of what stands (`isStanding`) also one that could not be asked while nothing
 * is counted of a breach. An outage of the source is the same for all of the many services, from slot to slot.
 */
export function isPackable(judged: JudgedReading, standing: boolean): boolean {
  return standing ? isUncounted(judged) : isAtRest(judged);
}

function isUncounted({ definition, reading, phase, heldMs }: JudgedReading): boolean {
  if ((phase !== 'inactive' && phase !== 'unknown') || heldMs !== 0) return false;
  return reading.kind !== 'value' || !breaches(definition.trigger, reading.value);
}

/** A reading of which there is nothing to tell but its kind and its number. */
function isPlain({ kind }: Reading): boolean {
  return kind === 'value' || kind === 'no-data' || kind === 'not-a-number';
}
