import { eventAbout, type NewEvent } from '../audit/events.ts';
import { instantAfter } from '../instant-after.ts';
import { formatDuration } from '../trigger/format.ts';
import type { Deployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import { type PutBack, putBackWatchMs } from './put-back.ts';

/**
 * The end of the watch after a rollback: what it has set is still what is wanted, and nothing else was recorded since. Said once; null
 * before, and where nothing is held that could come back.
 */
export function stayedBack(
  latest: Deployment,
  { service, holds }: Pick<FollowedService, 'service' | 'holds'>,
  now: number,
): { putBack: PutBack; event: NewEvent } | null {
  const { id, origin, status, completedAt, putBack } = latest;
  if (origin !== 'rollback' || status !== 'completed' || completedAt === null || putBack !== null)
    return null;
  const windowMs = putBackWatchMs(service.policy);
  const until = instantAfter(completedAt, windowMs);
  const hold = holds.find(
    ({ releasedAt, deploymentId }) => releasedAt === null && deploymentId === latest.previousDeploymentId,
  );
  if (now < until || !hold) return null;
  const text = `Nobody has put back what was taken back, for ${formatDuration(windowMs)} after the rollback.`;
  const about = { at: now, service: service.key, deploymentId: id, runId: hold.runId };
  return {
    putBack: { kind: 'nobody', until },
    event: eventAbout({ ...about, type: 'rollback.stayed', text }),
  };
}
