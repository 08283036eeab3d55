import type { OtherChange } from '../../../deployment/deployment.ts';
import type { ChangeWayBack } from '../change-way-back.ts';
import type { StackChange } from './stack-change.ts';

const ofStack = (change: OtherChange) => change as StackChange & OtherChange;

/** A stack goes back to a recorded configuration, where the configuration of Lastgood has it. What its plan would change is not asked here. */
export const stackWayBack: ChangeWayBack = {
  name: (change) => `Stack ${ofStack(change).target.stack}`,
  step: { kind: 'apply-infrastructure' },
  configure: 'Configure that stack under `infrastructure`, by the name that the registration gives.',
  recorded(change) {
    const { before, after } = ofStack(change);
    if (before === null)
      return {
        reason: 'which configuration it had before is not recorded.',
        advice: 'Register the commit that was applied before (lastgood register --stack NAME=OLD..NEW).',
      };
    return after === null
      ? {
          reason:
            'which configuration the release applies is not recorded, so it cannot be told from a change by somebody else.',
          advice: 'Register it with its commit (lastgood register --stack NAME=OLD..NEW).',
        }
      : null;
  },
  need: (change) => ({ kind: 'entry', ask: { of: 'stack', name: ofStack(change).target.stack } }),
  read: () => null,
};
