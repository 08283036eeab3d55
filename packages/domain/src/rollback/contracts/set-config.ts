import {
  type ConfigurationRef,
  type ConfigurationState,
  configurationInWords,
  type HeldConfiguration,
} from '../../workload/configuration.ts';
import { type ObjectTarget, requestLimits, type StepContract } from './step-contract.ts';

/** A ConfigMap or a Secret and the contents it returns to, by their digests: no step holds a value. */
export interface ConfigTarget {
  object: ObjectTarget & Pick<ConfigurationRef, 'kind'>;
  /** What is taken back; null where the object is not there. */
  from: HeldConfiguration | null;
  to: HeldConfiguration;
}

export interface ConfigSeen {
  /** Null where it is not there. */
  uid: string | null;
  resourceVersion: string | null;
  state: ConfigurationState;
  beingDeleted: boolean;
  /** What it holds now, sealed; absent where it may not be kept. */
  sealed?: string;
  /** The contents of `to`, sealed as they were kept; null where they are kept no more. Filled in right before they are needed. */
  kept?: string | null;
}

export const setConfig: StepContract<'set-config', ConfigTarget, ConfigSeen> = {
  kind: 'set-config',
  isDone: ({ to }, { state, beingDeleted }) =>
    !beingDeleted && state.kind === 'there' && state.digest === to.digest,
  refusal(step, seen) {
    const name = configurationInWords(step.object);
    const { state } = seen;
    if (seen.beingDeleted) return { reason: `${name} is being deleted.`, advice: 'Find out who deletes it.' };
    if (state.kind === 'unread')
      return { reason: `${name} cannot be read: ${state.reason}.`, advice: 'Give the right, then resume.' };
    if (seen.kept === null)
      return {
        code: 'configuration-not-kept',
        reason: `What ${name} held is not kept any more.`,
        advice: `Set ${name} by hand from its source, then resume.`,
      };
    if (state.kind === 'absent') return null;
    if (state.digest !== step.from?.digest)
      return {
        code: 'configuration-changed',
        reason: `${name} holds neither what was to be taken back nor what it returns to. Somebody else changed it.`,
        advice: `Find out who changed ${name}, and set it by hand to what it held before the release; then resume.`,
      };
    if (!state.immutable) return null;
    return {
      code: 'configuration-immutable',
      reason: `${name} is immutable: what it holds cannot be changed.`,
      advice: 'Delete it and resume: it is created again with what it held before.',
    };
  },
  waitsFor: () => null,
  inWords: ({ object, to }, { state }) => {
    const name = configurationInWords(object);
    if (state.kind === 'unread') return `${name} could not be read`;
    if (state.kind === 'absent') return `${name} is not there`;
    return state.digest === to.digest ? `${name} holds what it held before` : `${name} holds something else`;
  },
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: ({ object, from }) =>
    from === null
      ? `${configurationInWords(object)} is still not there, unless its timeline says otherwise.`
      : `${configurationInWords(object)} still holds what the release set, unless its timeline says otherwise.`,
  usualMs: 1_000,
  looksOnly: null,
  goesBack: ({ object }) => [configurationInWords(object)],
  record: ({ object, from, to }) => ({
    kind: 'config',
    target: { ...object },
    before: from ?? { kind: 'absent' },
    after: to,
  }),
};
