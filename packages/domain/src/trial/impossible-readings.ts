import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TrialFault } from './fault.ts';
import type { SlotReading } from './reading-notation.ts';
import type { ReadAnswers } from './trial-answers.ts';

/** What Lastgood never reads of alerts: how many fire is a whole number, or cannot be asked. */
export function impossibleReadings(
  { readings, before }: Pick<ReadAnswers, 'readings' | 'before'>,
  triggers: readonly Pick<RollbackTrigger, 'name' | 'kind'>[],
  path: string,
): TrialFault[] {
  return triggers.flatMap(({ name, kind }) => {
    if (kind !== 'alert') return [];
    const own = readings.get(name) ?? [];
    const slots = Array.isArray(own) ? own : [...own.values()].flat();
    const then = before.get(name);
    const message = `${name} counts alerts that fire: write a whole number from 0 on, or unreachable where nobody could say`;
    return [
      ...(slots.every(isPossible) ? [] : [{ path: `${path}/readings`, message }]),
      ...(then === undefined || isPossible(then) ? [] : [{ path: `${path}/before`, message }]),
    ];
  });
}

function isPossible(one: SlotReading): boolean {
  if (one.kind === 'value') return Number.isSafeInteger(one.value) && one.value >= 0;
  return one.kind === 'unreachable' || one.kind === 'missed';
}
