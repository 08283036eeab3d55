import { type Decision, hasNeverCome } from '@lastgood/domain';
import type { DeploymentDetailRow } from '@lastgood/store/views/view-rows';

type Standing = Pick<DeploymentDetailRow, 'deployment' | 'triggers' | 'activeRunId' | 'isNewest'>;

/**
 * Why what a decision says will follow, or asks a person for, stands no longer; null while it stands. That a trigger resolves or a
 * person acts is no decision, so the last one stays what was decided.
 */
export function decisionOver(
  decision: Pick<Decision, 'verdict' | 'trigger' | 'slot'>,
  { deployment, triggers, activeRunId, isNewest }: Standing,
): string | null {
  const { verdict, trigger, slot } = decision;
  if (verdict !== 'wait' && verdict !== 'suggest') return null;
  if (deployment.status === 'rolled_back') return 'this deployment was rolled back since';
  if (activeRunId !== null) return 'a rollback of this service is running';
  if (!isNewest && hasNeverCome(deployment)) return 'nothing of this release was deployed';
  if (deployment.supersededBy !== null || !isNewest) return 'a newer release came after this one';
  return isSameFiring(triggers, { trigger, slot })
    ? null
    : `${trigger} does not fire any more as it did then`;
}

/** Whether the trigger that decided has fired on since. */
function isSameFiring(
  triggers: Standing['triggers'],
  { trigger, slot }: Pick<Decision, 'trigger' | 'slot'>,
): boolean {
  const decided = triggers.find((one) => one.trigger.name === trigger)?.state;
  return decided?.phase === 'firing' && decided.since <= slot;
}
