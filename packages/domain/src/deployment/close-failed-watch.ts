import { eventAbout } from '../audit/events.ts';
import { instantAfter } from '../instant-after.ts';
import type { ServicePolicy } from '../service/service.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { heldOpenBy } from './beyond-window.ts';
import type { WatchEnd } from './close-watch.ts';
import type { Deployment } from './deployment.ts';
import { releaseSubject } from './release-words.ts';

/**
 * Ends the watch of one whose rollout failed and whose pods are there: after the window that its pipeline's word gave it, else at
 * its maximum age, once nothing holds it open (`heldOpenBy`). Null while the watch goes on, and for a rollback, which its run ends.
 */
export function closeFailedWatch(
  deployment: Deployment,
  judged: readonly JudgedTrigger[],
  { maxInProgressMs }: Pick<ServicePolicy, 'maxInProgressMs'>,
  slot: number,
): WatchEnd | null {
  const { status, origin, startedAt, watchEndsAt, watchClosedAt } = deployment;
  if (status !== 'failed' || origin === 'rollback' || watchClosedAt !== null) return null;
  if (slot < (watchEndsAt ?? instantAfter(startedAt, maxInProgressMs))) return null;
  if (heldOpenBy(judged).length > 0) return null;
  const why = watchEndsAt === null ? 'its rollout never completed' : 'its pipeline said that it failed';
  return {
    patch: { id: deployment.id, watchClosedAt: slot },
    isOver: false,
    event: eventAbout({
      type: 'deployment.unproven',
      at: slot,
      service: deployment.service,
      deploymentId: deployment.id,
      text: `${releaseSubject(deployment)} is no longer watched: ${why}.`,
    }),
  };
}
