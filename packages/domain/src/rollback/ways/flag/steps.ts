import { releaseName } from '../../../deployment/release-words.ts';
import { type FlagValue, flagInWords, servesFlag, takenAway } from '../../contracts/flag-state.ts';
import type { FlagTarget } from '../../contracts/set-flag.ts';
import type { AnsweredFact } from '../../need.ts';
import type { WayStep } from '../way.ts';
import { type FlagChange, flagName } from './change.ts';
import { type FlagContext, followsTarget, leftByTarget } from './returns-to.ts';

/** A flag with what it should go back to and as it was found. */
export interface FoundFlag {
  change: FlagChange;
  to: FlagValue;
  fact: AnsweredFact<'flag'>;
}

/** What is to be set. Where it is not recorded what the deployment left behind, what is there now is taken away. */
export function flagTarget({ change, to, fact: { answer } }: FoundFlag): FlagTarget {
  const found = answer.kind === 'seen' ? answer.seen.value : {};
  return { ...change.target, from: takenAway(change.after ?? {}, to, found), to };
}

export function flagStep(flag: FoundFlag): WayStep {
  const { change, to, fact } = flag;
  const isThere = fact.answer.kind === 'seen' && servesFlag(fact.answer.seen.value, to);
  return {
    phase: 'flags',
    step: { kind: 'set-flag', ...flagTarget(flag) },
    title: `Set flag ${change.target.flag} in ${change.target.environment} back to ${flagInWords(to)}`,
    ...(isThere ? { effect: 'none' } : {}),
  };
}

export function flagWarnings({ change, to, fact: { answer } }: FoundFlag, context: FlagContext): string[] {
  const name = flagName(change.target);
  const { deployment, target } = context;
  const warnings: string[] = [];
  if (answer.kind === 'seen' && servesFlag(answer.seen.value, to))
    warnings.push(`${name} is ${flagInWords(to)} already; nothing will be sent.`);
  else if (change.after === null && answer.kind === 'seen')
    warnings.push(
      `What ${releaseName(deployment)} set ${name} to is not recorded: whatever is there now, ${flagInWords(answer.seen.value)}, goes back to ${flagInWords(to)}.`,
    );
  if (!followsTarget(context) && leftByTarget(change, context) === null)
    warnings.push(
      `${name} goes back to what it was before ${releaseName(deployment)}; what it was in ${releaseName(target)} is not recorded.`,
    );
  return warnings;
}
