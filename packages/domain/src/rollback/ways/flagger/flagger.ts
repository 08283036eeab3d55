import { canaryDeclaration } from '../delivered.ts';
import { deliveringOf, deliveryNeeds } from '../delivery-facts.ts';
import { deliveryTakesOver } from '../delivery-takes-over.ts';
import type { Way } from '../way.ts';
import { canaryRefusals, canarySteps, canaryWarnings } from './steps.ts';

/**
 * What Flagger brings out. During an analysis it asks our endpoint once an interval whether to roll back, and is told so while the
 * step that orders it is at work. What it has promoted goes back by the template of its target.
 * https://docs.flagger.app/usage/webhooks
 */
export const flagger: Way<'delivery', typeof canaryDeclaration> = {
  name: 'flagger',
  owner: 'delivery-controller',
  ownerName: 'Flagger',
  takesOver: deliveryTakesOver('flagger'),
  declares: canaryDeclaration,
  takesBack: (context) => (deliveryNeeds(context, 'flagger').length > 0 ? [] : null),
  needs: (context) => deliveryNeeds(context, 'flagger'),
  plan(context, facts) {
    const { delivering, refusals: found } = deliveringOf(context, 'flagger', facts);
    const refusals = [...found, ...delivering.flatMap(canaryRefusals)];
    if (refusals.length > 0) return { kind: 'refused', refusals };
    return {
      kind: 'steps',
      steps: delivering.flatMap((one) => canarySteps(one, context)),
      warnings: delivering.flatMap(canaryWarnings),
    };
  },
};
