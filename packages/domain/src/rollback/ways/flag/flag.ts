import { changesOf } from '../change-schemas.ts';
import type { Way } from '../way.ts';
import { type FlagChange, flagChange, isSameFlag } from './change.ts';
import { flagDifferences } from './differences.ts';
import { foundRefusals, recordRefusals } from './refusals.ts';
import { flagDeclaration, flagRegistration } from './registration.ts';
import { returnsTo } from './returns-to.ts';
import { flagSight } from './sight.ts';
import { type FoundFlag, flagStep, flagTarget, flagWarnings } from './steps.ts';
import { flagWayBack } from './way-back.ts';

/** Feature flags: set each flag that came with the release back to what it served before, at its provider. */
export const flag: Way<'flag', typeof flagDeclaration, FlagChange> = {
  name: 'flag',
  change: flagChange,
  declares: flagDeclaration,
  registers: flagRegistration,
  wayBack: flagWayBack,
  sight: flagSight,
  takesBack({ deployment }) {
    const changes = changesOf(flagChange, deployment.changes);
    return changes.length > 0 ? changes : null;
  },
  differences: flagDifferences,
  needs: (context) =>
    context.changes
      .filter((change) => returnsTo(change, context) !== null)
      .map(({ target }) => ({ kind: 'flag', ask: { ...target } })),
  plan(context, facts) {
    const found = context.changes.flatMap((change): FoundFlag[] => {
      const fact = facts.find(({ ask }) => isSameFlag(ask, change.target));
      const to = returnsTo(change, context);
      return fact && to !== null ? [{ change, to, fact }] : [];
    });
    const refusals = [
      ...context.changes.flatMap((change) => recordRefusals(change, context)),
      ...found.flatMap((one) => foundRefusals(one.fact, flagTarget(one))),
    ];
    if (refusals.length > 0) return { kind: 'refused', refusals };
    return {
      kind: 'steps',
      steps: found.map(flagStep),
      warnings: [...found.flatMap((one) => flagWarnings(one, context)), onlyWhatIsNamed],
    };
  },
};

const onlyWhatIsNamed =
  'Of a flag only what is recorded of it goes back: on or off, percentage, variants. Its targeting rules, segments and other environments stay as they are.';
