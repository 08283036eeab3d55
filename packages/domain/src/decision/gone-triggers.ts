import type { GoneTrigger } from '../deployment/gone-in-words.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
import type { Decision } from './decision.ts';

type Called = Pick<Decision, 'verdict' | 'trigger' | 'evidence'>;

/** Of what fired as somebody was called last, what has been taken out of the declaration since: that it fires no more nobody knows. */
export function goneTriggers(last: Called | null, declared: readonly RollbackTrigger[]): GoneTrigger[] {
  return firedAsCalled(last).flatMap((name): GoneTrigger[] => {
    const found = declared.find((one) => one.name === name);
    if (!found) return [{ name, isLogged: false }];
    // What was only logged as it fired beside it called nobody.
    return name === last?.trigger && !isDeciding(found) ? [{ name, isLogged: true }] : [];
  });
}

/**
 * Of what fired as somebody was called last, or before this slot, what has ended since: it can tell nothing any more.
 * @param fired what fired before this slot
 */
export function endedTriggers(
  last: Called | null,
  fired: readonly string[],
  judged: readonly JudgedTrigger[],
): string[] {
  const names = [...firedAsCalled(last), ...fired];
  return judged.flatMap(({ trigger, state }) =>
    names.includes(trigger.name) && isDeciding(trigger) && state.everFired && state.phase === 'unknown'
      ? [trigger.name]
      : [],
  );
}

function firedAsCalled(last: Called | null): string[] {
  if (!last || last.verdict === 'none' || last.verdict === 'record') return [];
  const fired = last.evidence.flatMap(({ trigger, phase }) => (phase === 'firing' ? [trigger] : []));
  return [...new Set([...(last.trigger === null ? [] : [last.trigger]), ...fired])];
}
