import type { TSchema } from 'typebox';
import { controllers, deliveryObject } from './delivered.ts';
import type { Way } from './way.ts';

/** A delivery controller's object is told by the declaration, or is the workload itself. */
export function deliveryTakesOver(
  by: keyof typeof controllers,
): NonNullable<Way<'delivery', TSchema>['takesOver']> {
  const what = by === 'flagger' ? 'its Canary' : 'its Rollout';
  return {
    steps: [{ kind: 'order-abort' }],
    configure: 'Give Lastgood the rights of deploy/kubernetes/rbac-delivery.yaml in that cluster.',
    refusal({ workload }, { service }) {
      if (deliveryObject(service, by, workload) !== null) return null;
      return {
        reason: `the service does not say by which object ${controllers[by]} brings it out.`,
        advice: `Declare ${what} (rollback.${by} of the service).`,
      };
    },
  };
}
