import { type FlagValue, flagInWords, isBetween, servesFlag } from './flag-state.ts';
import { changedByOthers, requestLimits, type StepContract } from './step-contract.ts';

export interface FlagTarget {
  provider: string;
  project: string;
  environment: string;
  flag: string;
  from: FlagValue;
  to: FlagValue;
}

export interface FlagSeen {
  /** All that the provider tells of it, whatever a step names. */
  value: FlagValue;
  /** Another one after every change: the fence where the provider has one, else null. */
  version: number | string | null;
  archived: boolean;
}

export const setFlag: StepContract<'set-flag', FlagTarget, FlagSeen> = {
  kind: 'set-flag',
  isDone: (step, seen) => !seen.archived && servesFlag(seen.value, step.to),
  refusal(step, seen) {
    const name = `Flag ${step.flag} in ${step.environment}`;
    if (seen.archived) {
      return {
        code: 'flag-archived',
        reason: `${name} is archived: nothing reads it any more.`,
        advice: 'Take the flag out of the archive, or roll the code back instead.',
      };
    }
    // A provider that takes one thing at a time may have been left half way.
    if (isBetween(seen.value, step.from, step.to)) return null;
    const [found, from, to] = [seen.value, step.from, step.to].map(flagInWords) as [string, string, string];
    return { code: 'flag-changed', ...changedByOthers(name, found, from, to) };
  },
  waitsFor: () => null,
  inWords: (step, seen) => `${step.flag} is ${flagInWords(seen.value)}`,
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `Flag ${step.flag} in ${step.environment} is still ${flagInWords(step.from)}, unless its provider says otherwise.`,
  usualMs: 1_000,
  looksOnly: null,
  family: 'a flag',
  goesBack: ({ flag, environment }) => [`flag ${flag} in ${environment}`],
  record: ({ provider, project, environment, flag, from, to }) => ({
    kind: 'flag',
    target: { provider, project, environment, flag },
    before: from,
    after: to,
  }),
};
