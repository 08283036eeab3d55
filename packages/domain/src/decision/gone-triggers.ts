import type { GoneTrigger } from '../deployment/gone-in-words.ts';
import { isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
import type { Decision } from './decision.ts';

/** Of what fired as somebody was called last, what has been taken out of the declaration since: that it fires no more nobody knows. */
export function goneTriggers(
  last: Pick<Decision, 'verdict' | 'trigger' | 'evidence'> | null,
  declared: readonly RollbackTrigger[],
): GoneTrigger[] {
  if (!last || last.verdict === 'none' || last.verdict === 'record') return [];
  const fired = last.evidence.flatMap(({ trigger, phase }) => (phase === 'firing' ? [trigger] : []));
  const names = [...new Set([...(last.trigger === null ? [] : [last.trigger]), ...fired])];
  return names.flatMap((name): GoneTrigger[] => {
    const found = declared.find((one) => one.name === name);
    if (!found) return [{ name, isLogged: false }];
    // What was only logged as it fired beside it called nobody.
    return name === last.trigger && !isDeciding(found) ? [{ name, isLogged: true }] : [];
  });
}
