import { changedByOthers, requestLimits, type StepContract } from './step-contract.ts';

export type FlagValue = boolean | string | number;

export interface FlagTarget {
  provider: string;
  project: string;
  environment: string;
  flag: string;
  from: FlagValue;
  to: FlagValue;
}

export interface FlagSeen {
  value: FlagValue;
  /** Raised by every change; the fence where the provider has one. */
  version: number;
  archived: boolean;
}

export const setFlag: StepContract<'set-flag', FlagTarget, FlagSeen> = {
  kind: 'set-flag',
  isDone: (step, seen) => !seen.archived && seen.value === step.to,
  refusal(step, seen) {
    const name = `Flag ${step.flag} in ${step.environment}`;
    if (seen.archived) {
      return {
        reason: `${name} is archived: nothing reads it any more.`,
        advice: 'Take the flag out of the archive, or roll the code back instead.',
      };
    }
    if (seen.value === step.from) return null;
    return changedByOthers(name, String(seen.value), String(step.from), String(step.to));
  },
  waitsFor: () => null,
  inWords: (step, seen) => `${step.flag} is ${seen.value}`,
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `Flag ${step.flag} in ${step.environment} is still ${step.from}, unless its provider says otherwise.`,
  usualMs: 1_000,
  looksOnly: null,
  family: 'a flag',
  record: ({ provider, project, environment, flag, from, to }) => ({
    kind: 'flag',
    target: { provider, project, environment, flag },
    before: from,
    after: to,
  }),
};
