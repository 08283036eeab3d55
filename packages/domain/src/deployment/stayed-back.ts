import { eventAbout, type NewEvent } from '../audit/events.ts';
import { instantAfter } from '../instant-after.ts';
import { formatClock, formatSpan } from '../trigger/format.ts';
import { type Absence, absencesWithin } from './absences.ts';
import type { Deployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import type { LookGap } from './looks.ts';
import { unseenFromMs } from './next-looks.ts';
import { type PutBack, putBackWatchMs } from './put-back.ts';

/** Whether the watch after a rollback is still to be ended: something is held that could come back. */
export function awaitsStay(latest: Deployment, holds: FollowedService['holds']): boolean {
  return heldStay(latest, holds) !== null;
}

function heldStay(
  { origin, status, completedAt, putBack, previousDeploymentId }: Deployment,
  holds: FollowedService['holds'],
) {
  if (origin !== 'rollback' || status !== 'completed' || completedAt === null || putBack !== null)
    return null;
  const hold = holds.find(
    ({ releasedAt, deploymentId }) => releasedAt === null && deploymentId === previousDeploymentId,
  );
  return hold ? { hold, completedAt } : null;
}

/**
 * The end of the watch after a rollback: what it has set is still what is wanted, and nothing else was recorded since. Said once; null
 * before, and where nothing is held that could come back. Only templates are looked at: a flag that was turned on again, or a
 * ConfigMap that was applied again, is not seen. Of a time in which nobody looked, or the cluster could not be read, nothing is
 * said but that.
 */
export function stayedBack(
  latest: Deployment,
  { service, holds, absences = [] }: Pick<FollowedService, 'service' | 'holds' | 'absences'>,
  now: number,
): { putBack: PutBack; event: NewEvent } | null {
  const stay = heldStay(latest, holds);
  if (!stay) return null;
  const { hold, completedAt } = stay;
  const windowMs = putBackWatchMs(service.policy);
  const until = instantAfter(completedAt, windowMs);
  if (now < until) return null;
  const away = [...absences, ...unseen(latest, completedAt, now)];
  const gaps = absencesWithin(away, completedAt, until).filter(({ from, to }) => to - from >= unseenFromMs);
  const about = { at: now, service: service.key, deploymentId: latest.id, runId: hold.runId };
  if (gaps.length > 0) {
    const text = unseenInWords(gaps, latest.looks.gaps ?? [], windowMs, now);
    const event = eventAbout({ ...about, type: 'rollback.stayed', text });
    return { putBack: { kind: 'nobody', until, words: text }, event };
  }
  const text = `The version that was taken back was not set again for ${formatSpan(windowMs)} after the rollback.`;
  return {
    putBack: { kind: 'nobody', until },
    event: eventAbout({ ...about, type: 'rollback.stayed', text }),
  };
}

/** A cluster that cannot be read is not looked at, though Lastgood is there: between two looks, or since the last. */
function unseen({ looks }: Deployment, completedAt: number, now: number): Absence[] {
  return [...(looks.gaps ?? []), { from: looks.lastAt ?? completedAt, to: now }];
}

const mostNamed = 3;

/** @param looked as they are kept: what was seen within one of them is not counted */
function unseenInWords(
  gaps: readonly Absence[],
  looked: readonly LookGap[],
  windowMs: number,
  now: number,
): string {
  const spans = gaps.map(({ from, to }) => {
    const within = looked.filter((one) => one.from < to && one.to > from);
    const seenMs = within.reduce((sum, one) => sum + (one.seenMs ?? 0), 0);
    const when = `from ${formatClock(from)} to ${formatClock(to)}`;
    return { unseenMs: to - from - seenMs, words: seenMs > 0 ? `time and again ${when}` : when };
  });
  const named = spans.slice(0, mostNamed).map(({ words }) => words);
  const more = spans.length > mostNamed ? [`${spans.length - mostNamed} times more`] : [];
  const total = spans.reduce((sum, { unseenMs }) => sum + unseenMs, 0);
  return `When looked at again at ${formatClock(now)}, the version that was taken back was not there; for ${formatSpan(total)} of the ${formatSpan(windowMs)} it could not be seen: ${[...named, ...more].join(', ')}.`;
}
