import type { Deployment } from './deployment.ts';
import { type LookGap, type Looks, lookEveryMs } from './looks.ts';
import type { OwnRollout } from './own-rollout.ts';

/** Looks due in the watch window. A window shorter than a slot has one. */
export function dueLooks({ completedAt, watchEndsAt }: Deployment): number {
  return Math.max(1, Math.floor(((watchEndsAt ?? 0) - (completedAt ?? 0)) / lookEveryMs));
}

/**
 * What is recorded of the deployment after this look; null when that is known already. One look a slot counts, and it counts
 * as serving only while no other look of its slot saw something else. Counting from what was stored, replicas that look at
 * the same time never count a slot twice.
 */
export function nextLooks(deployment: Deployment, seen: OwnRollout, now: number): Looks | null {
  const { looks } = deployment;
  const serves = seen.kind === 'serving';
  const slot = slotOf(deployment, now);
  if (looks.lastAt === null || slot > slotOf(deployment, looks.lastAt)) {
    const served = looks.served + (serves && counts(deployment, slot) ? 1 : 0);
    return {
      ...{ served, lastAt: now, lastServed: serves, doubt: serves ? looks.doubt : seen.doubt },
      ...gapsUntil(deployment, now),
    };
  }
  if (serves || !looks.lastServed) return null;
  const taken = counts(deployment, slotOf(deployment, looks.lastAt)) ? 1 : 0;
  return { ...looks, served: looks.served - taken, lastAt: now, lastServed: false, doubt: seen.doubt };
}

/**
 * The same after the window, where nothing counts any more but that it was seen: what was taken back is watched for longer. Null
 * within the slot of the last look.
 */
export function seenAgain(deployment: Deployment, now: number): Looks | null {
  const { looks } = deployment;
  if (looks.lastAt !== null && slotOf(deployment, now) <= slotOf(deployment, looks.lastAt)) return null;
  return { ...looks, lastAt: now, ...gapsUntil(deployment, now) };
}

/** Looks come every few seconds; a pause as short as this is none in which anybody could have put anything back and undone it. */
export const unseenFromMs = 60_000;

/** No row grows with a cluster that comes and goes; of more the two that are nearest to each other are kept as one. */
const mostGaps = 20;

/** Nobody has looked since the last look, or since it is complete where there was none. */
function gapsUntil({ completedAt, looks }: Deployment, now: number): Pick<Looks, 'gaps'> {
  const from = looks.lastAt ?? completedAt;
  // Before its window nothing depends on them.
  const gaps = (looks.gaps ?? []).filter(({ to }) => to > (completedAt ?? 0));
  const more = from === null || now - from < unseenFromMs ? [] : [{ from, to: now }];
  const all = nearestAsOne([...gaps, ...more]);
  return all.length > 0 ? { gaps: all } : {};
}

function nearestAsOne(gaps: readonly LookGap[]): LookGap[] {
  if (gaps.length <= mostGaps) return [...gaps];
  const pairs = gaps.slice(1).flatMap((later, index) => {
    const earlier = gaps[index];
    return earlier ? [{ earlier, later, betweenMs: later.from - earlier.to }] : [];
  });
  const [nearest] = pairs.toSorted((a, b) => a.betweenMs - b.betweenMs);
  if (!nearest) return [...gaps];
  const { earlier, later, betweenMs } = nearest;
  const seenMs = betweenMs + (earlier.seenMs ?? 0) + (later.seenMs ?? 0);
  return gaps.flatMap((one) => {
    if (one === earlier) return [];
    return one === later ? [{ from: earlier.from, to: later.to, seenMs }] : [one];
  });
}

/** The look that saw its rollout complete is the first of its window. */
export function firstLook(seen: OwnRollout, now: number): Looks {
  const serves = seen.kind === 'serving';
  return { served: serves ? 1 : 0, lastAt: now, lastServed: serves, doubt: serves ? null : seen.doubt };
}

function counts(deployment: Deployment, slot: number): boolean {
  return deployment.completedAt !== null && slot >= 0 && slot < dueLooks(deployment);
}

/** Counted from the window's start, negative before it. */
function slotOf({ startedAt, completedAt }: Deployment, at: number): number {
  return Math.floor((at - (completedAt ?? startedAt)) / lookEveryMs);
}
