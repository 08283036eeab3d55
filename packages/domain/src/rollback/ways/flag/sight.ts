import type { Static } from 'typebox';
import { type FlagValue, flagInWords, servesFlag } from '../../contracts/flag-state.ts';
import { changesOf } from '../change-schemas.ts';
import type { SeenPlace, Sight } from '../sight.ts';
import { type FlagChange, flagChange, flagName, isSameFlag } from './change.ts';
import type { flagDeclaration } from './registration.ts';

type FlagPlace = FlagChange['target'];

/** The flags that a service declares by name, each as its provider serves it. */
export const flagSight: Sight<Static<typeof flagDeclaration>> = {
  places({ flags = [], provider, project = 'default', environment }) {
    const targets = flags.map((flag): FlagPlace => ({ provider, project, environment, ...flag }));
    return targets.map((target): SeenPlace => {
      const { flag } = target;
      const name = `${target.provider}/${target.project}/${target.environment}/${flag}`;
      return { name, target: { ...target }, subject: inSentence(flagName(target)) };
    });
  },
  need: ({ target }) => ({ kind: 'flag', ask: { ...(target as unknown as FlagPlace) } }),
  state({ kind, answer }) {
    if (answer.kind === 'not-found') return { kind: 'unknown', reason: answer.reason };
    if (kind !== 'flag') return { kind: 'unknown', reason: 'something else was read' };
    if (answer.seen.archived) return { kind: 'unknown', reason: 'it is archived' };
    return { kind: 'known', value: answer.seen.value };
  },
  isExplained: ({ target }, _now, { changes }) =>
    changesOf(flagChange, changes).some((one) => isSameFlag(one.target, target as unknown as FlagPlace)),
  isSame: (kept, now) =>
    servesFlag(kept as FlagValue, now as FlagValue) && servesFlag(now as FlagValue, kept as FlagValue),
  inWords: (state) => flagInWords(state as FlagValue),
};

function inSentence(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
