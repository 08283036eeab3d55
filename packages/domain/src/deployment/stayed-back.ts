import { eventAbout, type NewEvent } from '../audit/events.ts';
import { instantAfter } from '../instant-after.ts';
import { formatClock, formatDuration } from '../trigger/format.ts';
import { type Absence, absencesWithin } from './absences.ts';
import type { Deployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import { type PutBack, putBackWatchMs } from './put-back.ts';

/**
 * The end of the watch after a rollback: what it has set is still what is wanted, and nothing else was recorded since. Said once; null
 * before, and where nothing is held that could come back. Of a time in which nobody looked nothing is said but that.
 */
export function stayedBack(
  latest: Deployment,
  { service, holds, absences = [] }: Pick<FollowedService, 'service' | 'holds' | 'absences'>,
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
  const away = [...absences, ...sinceLastLook(latest, completedAt, now)];
  const unseen = absencesWithin(away, completedAt, until).filter(({ from, to }) => to - from >= unseenFromMs);
  const about = { at: now, service: service.key, deploymentId: id, runId: hold.runId };
  if (unseen.length > 0) {
    const text = unseenInWords(unseen, now);
    const event = eventAbout({ ...about, type: 'rollback.stayed', text });
    return { putBack: { kind: 'nobody', until, words: text }, event };
  }
  const text = `Nobody has put back what was taken back, for ${formatDuration(windowMs)} after the rollback.`;
  return {
    putBack: { kind: 'nobody', until },
    event: eventAbout({ ...about, type: 'rollback.stayed', text }),
  };
}

/** Looks come every few seconds; a pause as short as this is none in which anybody could have put anything back and undone it. */
const unseenFromMs = 60_000;

/** A cluster that cannot be read is not looked at, though Lastgood is there. What is not watched any more has no looks to tell by. */
function sinceLastLook({ looks, watchEndsAt }: Deployment, completedAt: number, now: number): Absence[] {
  return watchEndsAt === null ? [] : [{ from: looks.lastAt ?? completedAt, to: Math.min(now, watchEndsAt) }];
}

const mostNamed = 3;

function unseenInWords(unseen: readonly Absence[], now: number): string {
  const named = unseen
    .slice(0, mostNamed)
    .map(({ from, to }) => `from ${formatClock(from)} to ${formatClock(to)}`);
  const more = unseen.length > mostNamed ? [`${unseen.length - mostNamed} times more`] : [];
  return `When looked at again at ${formatClock(now)}, what was taken back was not there; nobody looked ${[...named, ...more].join(', ')}.`;
}
