import type { Static } from 'typebox';
import type { OtherChange } from '../../../deployment/deployment.ts';
import { flagContradiction } from '../../contracts/flag-state.ts';
import type { ChangeWayBack } from '../change-way-back.ts';
import { type FlagChange, flagName } from './change.ts';
import type { flagDeclaration } from './registration.ts';

const ofFlag = (change: OtherChange) => change as FlagChange & OtherChange;

/** A flag is taken back to a recorded state, at a provider that is configured and knows it. */
export const flagWayBack: ChangeWayBack<Static<typeof flagDeclaration>> = {
  name: (change) => flagName(ofFlag(change).target),
  step: { kind: 'set-flag' },
  configure: 'Configure its provider under `flags`, by the name that the registration gives.',
  recorded(change) {
    const { before } = ofFlag(change);
    if (before === null)
      return {
        reason: 'what it served before is not recorded.',
        advice:
          'Register it before it is changed, or with `before`; else look into its history at its provider and set it by hand.',
      };
    const contradiction = flagContradiction(before);
    return contradiction === null
      ? null
      : {
          reason: `what is recorded as its state before cannot be: ${contradiction}.`,
          advice: 'Register what its provider serves.',
        };
  },
  need: (change) => ({ kind: 'flag', ask: { ...ofFlag(change).target } }),
  read: ({ kind, answer }) =>
    kind === 'flag' && answer.kind === 'seen' && answer.seen.archived
      ? { reason: 'it is archived.', advice: 'Bring it back at its provider, or let the code do without it.' }
      : null,
};
