import { releaseName } from '../../../deployment/release-words.ts';
import {
  type FlagValue,
  flagContradiction,
  flagInWords,
  flagStateOf,
  namedAspects,
} from '../../contracts/flag-state.ts';
import { type FlagTarget, setFlag } from '../../contracts/set-flag.ts';
import type { AnsweredFact, SeenOf } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { type FlagChange, flagName, isSameFlag } from './change.ts';
import { type FlagContext, followsTarget, returnsTo } from './returns-to.ts';

/** Why a flag cannot go back by what is recorded of it; empty where it can. */
export function recordRefusals(change: FlagChange, context: FlagContext): Refusal[] {
  const name = flagName(change.target);
  const { deployment, changes } = context;
  const to = returnsTo(change, context);
  if (to === null) return [unknownBefore(name, context)];
  const others = changes.filter((other) => isSameFlag(other.target, change.target));
  if (others.length > 1 && others[0] === change) {
    return [
      {
        code: 'flag-recorded-twice',
        reason: `${name} is recorded ${others.length} times in ${releaseName(deployment)}: which change came first is not known.`,
        advice: `Set ${name} by hand; let the pipeline register each flag once, with its state before all changes and after them.`,
      },
    ];
  }
  const contradiction = flagContradiction(to);
  if (contradiction === null) return [];
  return [
    {
      code: 'flag-state-impossible',
      reason: `${name} cannot go back to ${flagInWords(to)}: ${contradiction}.`,
      advice: `Set ${name} by hand at its provider, and let the pipeline register what the provider can serve.`,
    },
  ];
}

function unknownBefore(name: string, context: FlagContext): Refusal {
  const { deployment, target } = context;
  const since = followsTarget(context) ? '' : `, nor what ${releaseName(target)} set it to`;
  return {
    code: 'flag-before-unknown',
    reason: `What ${name} was before ${releaseName(deployment)} is not recorded${since}.`,
    advice: `Look into the history of the flag at its provider, set it by hand to what it was, and roll the rest back with the tool that deployed it. From now on let the pipeline register the flag with its state before.`,
  };
}

/** Why a flag cannot go back as it was found. */
export function foundRefusals({ ask, answer }: AnsweredFact<'flag'>, step: FlagTarget): Refusal[] {
  const name = flagName(ask);
  if (answer.kind === 'not-found') {
    return [
      {
        code: 'flag-gone',
        reason: `${name} is not there: ${answer.reason}.`,
        advice: `Check that the provider ${ask.provider} is configured, and project, environment and key of the flag there. If the flag was deleted, nothing can be set: roll the code back instead.`,
      },
    ];
  }
  const { seen } = answer;
  if (setFlag.isDone(step, seen)) return [];
  if (seen.archived) return refused(step, seen);
  const untold = namedAspects(step.to).filter((aspect) => flagStateOf(seen.value)[aspect] === undefined);
  return untold.length > 0 ? [untoldState(name, step, seen.value)] : refused(step, seen);
}

function refused(step: FlagTarget, seen: SeenOf<'flag'>): Refusal[] {
  const refusal = setFlag.refusal(step, seen, '');
  return refusal ? [{ code: 'flag-changed', ...refusal }] : [];
}

function untoldState(name: string, { provider, to }: FlagTarget, found: FlagValue): Refusal {
  return {
    code: 'flag-state-unknown',
    reason: `${name} should go back to ${flagInWords(to)}, and ${provider} tells only that it is ${flagInWords(found)}.`,
    advice: `Set ${name} by hand at its provider: it is rolled out in a way that Lastgood does not change.`,
  };
}
