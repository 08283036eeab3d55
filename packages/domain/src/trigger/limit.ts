import { comparisonSign, formatSpan, formatValue } from './format.ts';
import { triggerKind } from './kinds/index.ts';
import type { RollbackTrigger } from './trigger.ts';

/** What a trigger fires at, in words: "> 5 %". */
export function limitInWords(trigger: RollbackTrigger): string {
  const { comparison, threshold, unit } = trigger;
  return (
    triggerKind(trigger).limit(trigger) ?? `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`
  );
}

/** That, with how long it must last: "> 5 % for 2 min". */
export function firesInWords(trigger: RollbackTrigger): string {
  const limit = limitInWords(trigger);
  return trigger.forMs === 0 ? limit : `${limit} for ${formatSpan(trigger.forMs)}`;
}
