import { rolloutDeclaration } from '../delivered.ts';
import { deliveringOf, deliveryNeeds } from '../delivery-facts.ts';
import { deliveryTakesOver } from '../delivery-takes-over.ts';
import type { Way } from '../way.ts';
import { rolloutSteps, rolloutWarnings } from './steps.ts';

/**
 * What Argo Rollouts brings out. In the midst of a rollout it is told to abort, which sends all traffic to the stable version at
 * once; then its template is put back, for the spec still names the bad one. What it has promoted goes back by its template.
 * https://argo-rollouts.readthedocs.io/en/stable/features/rollback/
 */
export const argoRollouts: Way<'delivery', typeof rolloutDeclaration> = {
  name: 'argo-rollouts',
  owner: 'delivery-controller',
  ownerName: 'Argo Rollouts',
  takesOver: deliveryTakesOver('argo-rollouts'),
  declares: rolloutDeclaration,
  takesBack: (context) => (deliveryNeeds(context, 'argo-rollouts').length > 0 ? [] : null),
  needs: (context) => deliveryNeeds(context, 'argo-rollouts'),
  plan(context, facts) {
    const { delivering, refusals } = deliveringOf(context, 'argo-rollouts', facts);
    if (refusals.length > 0) return { kind: 'refused', refusals };
    return {
      kind: 'steps',
      steps: delivering.flatMap((one) => rolloutSteps(one, context)),
      warnings: delivering.flatMap(rolloutWarnings),
    };
  },
};
